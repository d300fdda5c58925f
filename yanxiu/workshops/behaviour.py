"""Which events of workshops make up 行为记录, by the words people choose from."""

from collections.abc import Iterable
from typing import Final

from yanxiu.records.events import EventType
from yanxiu.workshops.events import (
    ActivityEvent,
    BallotEvent,
    CaseEvent,
    DeskEvent,
    FollowEvent,
    PostEvent,
    ProblemEvent,
    ShareEvent,
    SpaceEvent,
)

GROUPS: Final[dict[str, tuple[str, tuple[EventType, ...]]]] = {
    "in": ("签到与进出", tuple(SpaceEvent)),
    "briefing": (
        "简报与文章",
        (PostEvent.BRIEFING_PUBLISHED, PostEvent.BRIEFING_READ, PostEvent.BRIEFING_REPLIED, PostEvent.ARTICLE_PUBLISHED,
         PostEvent.GUIDE_PUBLISHED, PostEvent.ANNOUNCED, PostEvent.POST_READ),
    ),
    "talk": (
        "研讨与日志",
        (PostEvent.DISCUSSION_OPENED, PostEvent.DISCUSSION_REPLIED, PostEvent.LOG_PUBLISHED, PostEvent.OPENED, PostEvent.CORRECTED),
    ),
    "qa": ("问答", (PostEvent.ASKED, PostEvent.ANSWERED, PostEvent.ANSWER_ADDED, PostEvent.ANSWER_ACCEPTED)),
    "activity": ("活动与投票", (*ActivityEvent, *BallotEvent)),
    "problem": ("众筹", (*ProblemEvent, ActivityEvent.SOLVED)),
    "resource": ("资源与案例", (*ShareEvent, *CaseEvent)),
    "praise": ("表扬", (PostEvent.PRAISED, DeskEvent.PRAISE_WITHDRAWN)),
    "order": (
        "审核与管理",
        (PostEvent.REVIEWED, PostEvent.HIDDEN, PostEvent.RESTORED, PostEvent.NOT_COUNTED, PostEvent.COUNTED_AGAIN, *FollowEvent,
         DeskEvent.NUDGED, DeskEvent.LABOUR_SHARED, DeskEvent.LABOUR_ENDED),
    ),
}  # fmt: skip


def events_of(group: str) -> tuple[EventType, ...]:
    """Return the events of a group; all of them for "" and for what is not known."""
    if group in GROUPS:
        return GROUPS[group][1]
    return tuple(dict.fromkeys(event for _word, events in GROUPS.values() for event in events))


_OF_POST = tuple(one for one in PostEvent if one.object_type == "post")
_OF_ENTRY = (CaseEvent.WITHDRAWN, CaseEvent.RECOMMENDED, CaseEvent.TAKEN_BACK, CaseEvent.SELECTED, CaseEvent.DESELECTED)


def of_cases(cases: Iterable[tuple[int, int]]) -> list[tuple[EventType, int]]:
    """Return what is on record of cases (post id, entry id) with their titles, as (event, object id): it names who wrote which."""
    found: list[tuple[EventType, int]] = []
    for post, entry in cases:
        found += [(event, post) for event in (CaseEvent.SUBMITTED, *_OF_POST)]
        found += [(event, entry) for event in _OF_ENTRY]
    return found
