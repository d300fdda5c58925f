"""Spaces and what is written there; the chain of guidance."""

from yanxiu.workshops.models.guidance import (
    GuidanceAnswer,
    GuidanceNote,
    GuidancePass,
    GuidanceQuestion,
    GuidanceReceipt,
    GuidanceState,
)
from yanxiu.workshops.models.labour import HostShare, Nudge
from yanxiu.workshops.models.places import (
    ContactRole,
    DocumentConfirmation,
    DocumentKind,
    LevelException,
    LinkKind,
    Rearrangement,
    RearrangementKind,
    SpaceContact,
    SpaceDocument,
    SpaceFounder,
    SpaceLink,
)
from yanxiu.workshops.models.points import PointRule
from yanxiu.workshops.models.posts import HOST_KINDS, Post, PostKind, PostState, PostVersion, Read
from yanxiu.workshops.models.praise import Praise
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
    "ContactRole",
    "DocumentConfirmation",
    "DocumentKind",
    "GuidanceAnswer",
    "GuidanceNote",
    "GuidancePass",
    "GuidanceQuestion",
    "GuidanceReceipt",
    "GuidanceState",
    "HostShare",
    "Joining",
    "Level",
    "LevelException",
    "LinkKind",
    "Membership",
    "MembershipState",
    "Nudge",
    "PointRule",
    "Post",
    "PostKind",
    "PostState",
    "PostVersion",
    "Praise",
    "Read",
    "Rearrangement",
    "RearrangementKind",
    "Space",
    "SpaceContact",
    "SpaceDocument",
    "SpaceFounder",
    "SpaceKind",
    "SpaceLink",
    "SpaceState",
    "Tool",
    "Visibility",
]
