"""Research lessons for tests."""

from datetime import UTC, date, datetime
from itertools import count

from tests.programmes import factories as programmes
from yanxiu.fieldwork import actions
from yanxiu.fieldwork.actions import LessonFacts
from yanxiu.fieldwork.models import Article, LessonKind, PlanItem, ResearchLesson, StudyPlan
from yanxiu.kit.actor import SYSTEM
from yanxiu.orgs.models import Kind, Org
from yanxiu.people.models import Person
from yanxiu.programmes.models import Enrolment, Programme

AT = datetime(2026, 11, 20, 4, 0, tzinfo=UTC)
_numbers = count(1)


def county_with_school() -> tuple[Org, Org]:
    """A county and a school of it."""
    county = programmes.org(parent=programmes.org(name="中国"), kind=Kind.COUNTY, name="青河县")
    return county, programmes.org(parent=county, name="青河一中")


def programme(owner: Org) -> Programme:
    """The school plan (000b), in which everybody gives one research lesson a school year."""
    return programmes.running(owner, source=programmes.SCHOOL_PLAN, parameters=programmes.MASKED)


def enrolment(one: Programme, person: Person) -> Enrolment:
    return programmes.actions.enrol(person=person, programme=one, by=SYSTEM, at=AT)


def facts(**given) -> LessonFacts:
    return LessonFacts(**{"title": f"牛顿第三定律 {next(_numbers)}", "given_on": date(2026, 11, 18), "kind": LessonKind.SCHOOL, **given})


def research_lesson(place: Enrolment, *, at: datetime = AT, **given) -> ResearchLesson:
    """A lesson registered by the teacher who gave it."""
    return actions.register_research_lesson(enrolment=place, facts=facts(**given), by=programmes.learner(place.person), at=at)


def study_plan(one: Programme, unit: Org, *, level: str = "school", **given) -> StudyPlan:
    """A plan in force; `state="draft"` is one that is being written."""
    state = given.get("state", "published")
    facts = {"title": "2026 学年校本研修计划", "goals": "人人上好一节研究课。", "state": state, "unit_path": unit.path, **given}
    facts.setdefault("published_at", None if state == "draft" else AT)
    facts.setdefault("group", "物理组" if level == "group" else "")
    return StudyPlan.objects.create(programme=one, unit=unit, level=level, created_at=AT, saved_at=AT, **facts)


def plan_item(plan: StudyPlan, **given) -> PlanItem:
    """One research lesson, unless told otherwise."""
    number = next(_numbers)
    facts = {"key": f"k{number}", "position": number % 30_000, "kind": "lesson", "label": "上好一节研究课", "target": 1, **given}
    return PlanItem.objects.create(plan=plan, **facts)


def article(place: Enrolment, **given) -> Article:
    """A reflection that waits for the school."""
    facts = {
        "title": "从推门听课到课堂提问",
        "source": "课后我想。",
        "body": "<p>课后我想。</p>",
        "characters": 4,
        "state": "submitted",
        **given,
    }
    facts.setdefault("submitted_at", None if facts["state"] == "draft" else AT)
    return Article.objects.create(enrolment=place, unit_path=place.unit_path, saved_at=AT, **facts)
