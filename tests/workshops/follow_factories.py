"""Guidance downward for tests: duties, visits, lessons that are followed."""

from itertools import count

from tests.workshops import factories as make
from yanxiu.people.models import Person
from yanxiu.workshops.models import FollowStep, GuideDuty, GuideVisit, LessonFollow, Space

AT = make.AT
_numbers = count(1)


def guide_duty(lower: Space, host: Person) -> GuideDuty:
    """A host of the workshop above follows this one."""
    return GuideDuty.objects.create(upper=lower.parent, lower=lower, host=host, assigned_at=AT)


def guide_visit(lower: Space, guide: Person, **facts) -> GuideVisit:
    """A visit in words; it stands in the log and counts nowhere."""
    facts = {"kind": "visit", "words": "看了第三期简报和两个研讨", "visited_at": AT} | facts
    return GuideVisit.objects.create(upper=lower.parent, lower=lower, guide=guide, guide_label=guide.name, **facts)


def lesson_follow(space: Space, host: Person, teacher: Person, **facts) -> LessonFollow:
    """A lesson that is being followed."""
    facts = {"lesson": f"《背影》第二课时 {next(_numbers)}", "plan": "两次试讲，三次磨课，十二月展示", "started_at": AT} | facts
    return LessonFollow.objects.create(space=space, host=host, host_label=host.name, teacher=teacher, **facts)


def follow_step(follow: LessonFollow, *, stage: str = "plan") -> FollowStep:
    return FollowStep.objects.create(follow=follow, stage=stage, on=AT.date(), words="定了课题", noted_at=AT, noted_by=follow.host_id)
