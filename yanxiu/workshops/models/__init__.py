"""Spaces and what is written there; the chain of guidance."""

from yanxiu.workshops.models.guidance import (
    GuidanceAnswer,
    GuidanceNote,
    GuidancePass,
    GuidanceQuestion,
    GuidanceReceipt,
    GuidanceState,
)
from yanxiu.workshops.models.posts import HOST_KINDS, Post, PostKind, PostState, PostVersion, Read
from yanxiu.workshops.models.spaces import (
    CheckIn,
    Joining,
    Level,
    Membership,
    MembershipState,
    Space,
    SpaceKind,
    SpaceState,
    Tool,
    Visibility,
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
    "Joining",
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
    "SpaceState",
    "Tool",
    "Visibility",
]
