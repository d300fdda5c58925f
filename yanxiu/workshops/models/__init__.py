"""Spaces and what is written there; the chain of guidance."""

from yanxiu.workshops.models.guidance import (
    GuidanceAnswer,
    GuidanceNote,
    GuidancePass,
    GuidanceQuestion,
    GuidanceReceipt,
    GuidanceState,
)
from yanxiu.workshops.models.spaces import (
    HOST_KINDS,
    CheckIn,
    Level,
    Membership,
    MembershipState,
    Post,
    PostKind,
    PostState,
    PostVersion,
    Read,
    Space,
    SpaceKind,
    Tool,
)

__all__ = [
    "HOST_KINDS",
    "CheckIn",
    "GuidanceAnswer",
    "GuidanceNote",
    "GuidancePass",
    "GuidanceQuestion",
    "GuidanceReceipt",
    "GuidanceState",
    "Level",
    "Membership",
    "MembershipState",
    "Post",
    "PostKind",
    "PostState",
    "PostVersion",
    "Read",
    "Space",
    "SpaceKind",
    "Tool",
]
