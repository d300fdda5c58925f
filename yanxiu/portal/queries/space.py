"""What the personal space shows (个人空间): the newest facts of its nine functions, the notebook, what colleagues may see."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from django.db.models import QuerySet

from yanxiu.catalogue.models import Resource
from yanxiu.catalogue.permissions import visible_resources
from yanxiu.fieldwork.models import Article, ArticleState, LessonState, PlanItem, PlanState, ResearchLesson, StudyPlan
from yanxiu.fieldwork.queries import values_of
from yanxiu.kit import sql
from yanxiu.kit.actor import Actor
from yanxiu.kit.paging import Page, page_with
from yanxiu.workshops.models import Post, PostKind, PostState
from yanxiu.workshops.permissions import visible_posts

_DAYS = timedelta(days=30)
_MOST = 5
_FACTS = """
SELECT
  (SELECT e.id FROM programmes_enrolment e JOIN programmes_programme g ON g.id = e.programme_id AND g.state = 'running'
    WHERE e.person_id = %(person)s AND e.state = 'active' ORDER BY e.enrolled_at DESC, e.id DESC LIMIT 1) AS enrolment_id,
  c.courses, c.chosen, c.done, h.hours,
  (SELECT s.id FROM workshops_space s WHERE s.kind = 'personal' AND s.opened_by = %(person)s) AS space_id,
  l.logs, l.log,
  (SELECT count(*)::int FROM workshops_post p WHERE p.author_id = %(person)s AND p.state = 'published' AND p.kind <> 'log'
    AND p.published_at > %(since)s) AS said,
  (SELECT count(*)::int FROM workshops_post p JOIN workshops_post t ON t.id = p.parent_id
    WHERE t.author_id = %(person)s AND p.author_id <> %(person)s AND p.state = 'published' AND p.published_at > %(since)s) AS heard,
  (SELECT count(*)::int FROM catalogue_resource r WHERE r.owner_id = %(person)s AND r.state <> 'withdrawn') AS resources,
  (SELECT count(*)::int FROM records_record r WHERE r.person_id = %(person)s AND r.at > %(since)s) AS records,
  (SELECT count(*)::int FROM learning_note n JOIN programmes_enrolment e ON e.id = n.enrolment_id WHERE e.person_id = %(person)s) AS notes,
  (SELECT min(d.starts_at) FROM learning_attendance a JOIN learning_studysession d ON d.id = a.session_id
    JOIN programmes_enrolment e ON e.id = a.enrolment_id
    WHERE e.person_id = %(person)s AND d.starts_at > %(at)s AND d.called_off_at IS NULL) AS next_day
FROM (
  SELECT count(*)::int AS courses, count(*) FILTER (WHERE s.source = 'chosen')::int AS chosen, count(d.id)::int AS done
  FROM learning_selection s JOIN programmes_enrolment e ON e.id = s.enrolment_id AND e.state = 'active'
  JOIN programmes_offering o ON o.id = s.offering_id
  LEFT JOIN learning_coursedone d ON d.enrolment_id = s.enrolment_id AND d.course_id = o.course_id
  WHERE e.person_id = %(person)s AND s.dropped_at IS NULL
) c, (
  SELECT coalesce(sum(t.amount), 0) AS hours FROM records_tally t JOIN programmes_enrolment e
    ON e.programme_id = t.programme_id AND e.person_id = t.person_id AND e.state = 'active'
  WHERE t.person_id = %(person)s AND t.metric = 'hours.earned'
) h, (
  SELECT count(*)::int AS logs, coalesce((array_agg(p.title ORDER BY p.published_at DESC))[1], '') AS log
  FROM workshops_post p WHERE p.author_id = %(person)s AND p.kind = 'log' AND p.state = 'published'
) l
"""
_NOTES = """
SELECT n.id, n.enrolment_id, n.kind, n.item_id, n.second, n.text, n.saved_at,
  coalesce(s.title, k.title) AS film, coalesce(c.title, '') AS course
FROM learning_note n JOIN programmes_enrolment e ON e.id = n.enrolment_id
LEFT JOIN catalogue_step s ON n.kind = 1 AND s.id = n.item_id LEFT JOIN catalogue_course c ON c.id = s.course_id
LEFT JOIN catalogue_lessoncase k ON n.kind = 2 AND k.id = n.item_id
WHERE e.person_id = %(person)s AND (%(words)s = '' OR n.text ILIKE '%%' || %(words)s || '%%' OR s.title ILIKE '%%' || %(words)s || '%%')
ORDER BY n.saved_at DESC, n.id DESC LIMIT %(size)s OFFSET %(skip)s
"""


@dataclass(frozen=True, kw_only=True)
class Facts:
    """What there is behind each door, as of now; the last 30 days where something is counted by days."""

    enrolment_id: int | None
    courses: int
    chosen: int
    done: int
    hours: Decimal
    space_id: int | None
    logs: int
    log: str
    said: int
    heard: int
    resources: int
    records: int
    notes: int
    next_day: datetime | None


@dataclass(frozen=True, kw_only=True)
class PlanFacts:
    """The own plan: how many of its items are done; no items while it is written."""

    plan: StudyPlan
    items: int
    done: int


@dataclass(frozen=True, kw_only=True)
class NoteLine:
    """A note with the film it belongs to."""

    id: int
    enrolment_id: int
    kind: int
    item_id: int
    second: int
    text: str
    saved_at: datetime
    film: str
    course: str

    @property
    def at(self) -> str:
        """The place in the film, as players write it."""
        return f"{self.second // 60}:{self.second % 60:02d}"


@dataclass(frozen=True, kw_only=True)
class PublicSide:
    """What a visitor sees: only parts that are shown, and of them only what he may read."""

    plan: PlanFacts | None
    lessons: Sequence[ResearchLesson]
    logs: Sequence[Post]
    resources: Sequence[Resource]
    articles: Sequence[Article]

    @property
    def is_empty(self) -> bool:
        """Tell whether there is nothing yet."""
        return not (self.plan or self.lessons or self.logs or self.resources or self.articles)


def facts_of(person_id: int, *, at: datetime) -> Facts:
    """Return the newest facts of a person's space. Cost: one query."""
    return Facts(**sql.rows(_FACTS, {"person": person_id, "at": at, "since": at - _DAYS})[0])


def plan_facts(person_id: int, *, published_only: bool = False) -> PlanFacts | None:
    """Return the newest own plan with what is done of it. Cost: at most 3 queries."""
    states = [PlanState.PUBLISHED, PlanState.CLOSED, *([] if published_only else [PlanState.DRAFT])]
    found = StudyPlan.objects.filter(person_id=person_id, state__in=states)
    plan = found.order_by("state", "-version", "-pk").reverse().first()
    if plan is None:
        return None
    targets = dict(PlanItem.objects.filter(plan=plan).values_list("pk", "target"))
    values = values_of(plan, person_id=person_id)
    return PlanFacts(plan=plan, items=len(targets), done=sum(values.get(key, 0) >= target for key, target in targets.items()))


def articles_of(person_id: int) -> QuerySet[Article]:
    """Return a person's articles, the newest first. Cost: one query."""
    return Article.objects.filter(enrolment__person_id=person_id).order_by("-saved_at", "-pk")


def notes_of(person_id: int, *, words: str, number: int) -> Page[NoteLine]:
    """Return a page of the own notes over all films, the newest first. Cost: one query."""
    facts = {"person": person_id, "words": words, "size": 21, "skip": (number - 1) * 20}
    return page_with([NoteLine(**row) for row in sql.rows(_NOTES, facts)], number=number)


def public_side(person_id: int, *, shown: Sequence[str], visitor: Actor) -> PublicSide:
    """Return what a visitor sees of a person's space. Cost: at most 9 queries."""
    lessons = ResearchLesson.objects.filter(enrolment__person_id=person_id, state=LessonState.GIVEN).order_by("-given_on", "-pk")
    logs = visible_posts(visitor).filter(author_id=person_id, kind=PostKind.LOG, state=PostState.PUBLISHED)
    resources = visible_resources(visitor).filter(owner_id=person_id)
    accepted = Article.objects.filter(enrolment__person_id=person_id, state=ArticleState.ACCEPTED).order_by("-decided_at", "-pk")
    return PublicSide(
        plan=plan_facts(person_id, published_only=True) if "plan" in shown else None,
        lessons=list(lessons[:_MOST]) if "lessons" in shown else [],
        logs=list(logs.order_by("-published_at", "-pk")[:_MOST]) if "logs" in shown else [],
        resources=list(resources.order_by("-saved_at", "-pk")[:_MOST]) if "resources" in shown else [],
        articles=list(accepted[:_MOST]) if "articles" in shown else [],
    )
