"""What the pages of programmes show: lists, the course shelf with its gaps, the draft with its effect."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from itertools import groupby

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from yanxiu.catalogue.models import Course, CourseState
from yanxiu.programmes.models import Draft, Enrolment, EnrolmentState, Offering, PlanVersion, Programme
from yanxiu.programmes.plan.complaints import Complaint
from yanxiu.programmes.plan.diff import Change, diff
from yanxiu.programmes.plan.read_back import Sentence, read_back
from yanxiu.programmes.plan.schema import Plan
from yanxiu.programmes.plan.schema.work import Block
from yanxiu.programmes.plan.words import SECTIONS
from yanxiu.programmes.queries.plans import Reading, plan_of, reading_of
from yanxiu.programmes.queries.windows import Span, moment_words


@dataclass(frozen=True, kw_only=True)
class Section:
    """Sentences of one part of the plan."""

    title: str
    sentences: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class TopicShelf:
    """The courses of one topic ("" where the block has none)."""

    name: str
    offerings: tuple[Offering, ...]

    @property
    def hours(self) -> Decimal:
        return sum((offering.hours for offering in self.offerings), Decimal(0))


@dataclass(frozen=True, kw_only=True)
class BlockShelf:
    """The courses of one block, by topic in the plan's order, and what the plan asks that is not there yet."""

    block: Block
    topics: tuple[TopicShelf, ...]
    gaps: tuple[str, ...]

    @property
    def hours(self) -> Decimal:
        return sum((topic.hours for topic in self.topics), Decimal(0))

    @property
    def count(self) -> int:
        return sum(len(topic.offerings) for topic in self.topics)


@dataclass(frozen=True, kw_only=True)
class DraftPage:
    """A draft with its reading; `changes` against the current version, `participants` pinned to older ones."""

    draft: Draft
    reading: Reading
    sections: tuple[Section, ...]
    current: PlanVersion | None
    changes: tuple[Change, ...]
    participants: int

    @property
    def findings(self) -> list[tuple[Complaint, str]]:
        """Return the complaints, errors first, each with the beginning of its line."""
        lines = self.draft.source.splitlines()
        ordered = sorted(self.reading.complaints, key=lambda one: (one.severity != "error", one.line))
        return [(one, lines[one.line - 1].strip()[:80] if 0 < one.line <= len(lines) else "") for one in ordered]

    @property
    def next_number(self) -> int:
        return self.current.number + 1 if self.current else 1


def programme_list(found: QuerySet[Programme], *, state: str = "") -> QuerySet[Programme]:
    """Return programmes with owner, current version and `participants`, newest first. Cost: one query."""
    active = Enrolment.objects.filter(programme=OuterRef("pk"), state=EnrolmentState.ACTIVE).order_by()
    counted = active.values("programme").annotate(n=Count("pk")).values("n")
    if state:
        found = found.filter(state=state)
    rows = found.select_related("owner", "current").defer("current__source").annotate(participants=Coalesce(Subquery(counted), 0))
    return rows.order_by("-created_at", "-pk")


def counts_by_state(found: QuerySet[Programme]) -> dict[str, int]:
    """Count programmes by state; states without any are left out. Cost: one query."""
    return dict(found.order_by().values_list("state").annotate(n=Count("pk")))


def versions_of(programme: Programme) -> QuerySet[PlanVersion]:
    """Return the versions of a programme, newest first, without their text, with `participants` pinned. Cost: one query."""
    pinned = Enrolment.objects.filter(version=OuterRef("pk"), state=EnrolmentState.ACTIVE).order_by()
    counted = pinned.values("version").annotate(n=Count("pk")).values("n")
    found = PlanVersion.objects.filter(programme=programme).defer("source")
    return found.annotate(participants=Coalesce(Subquery(counted), 0)).order_by("-number", "-pk")


def sections_of(plan: Plan, parameters: dict[str, int]) -> tuple[Section, ...]:
    """Read the plan back in Chinese, part by part, without the windows, which pages show as dates. Cost: none."""
    return _sections([sentence for sentence in read_back(plan, parameters) if sentence.section != "phases"])


def _sections(sentences: Sequence[Sentence]) -> tuple[Section, ...]:
    grouped = groupby(sentences, key=lambda sentence: sentence.section)
    return tuple(Section(title=SECTIONS.get(key, key), sentences=tuple(one.text for one in group)) for key, group in grouped)


def shelves_of(programme: Programme) -> tuple[BlockShelf, ...]:
    """Return the blocks that are made of courses, with what stands in them and what is missing (C-07). Cost: one query."""
    if programme.current_id is None:
        return ()
    offerings = list(
        Offering.objects.filter(programme=programme).select_related("course").order_by("block", "topic", "course__title", "pk")
    )
    return tuple(
        _shelf(block, [offering for offering in offerings if offering.block == block.id])
        for block in plan_of(programme.current_id).learn
        if takes_courses(block)
    )


def takes_courses(block: Block) -> bool:
    """Tell whether courses are offered in the block: not in practice, nor where lesson cases or contests make it up."""
    if block.kind == "practice" or block.requires is not None:
        return False
    return block.items is None or block.items.what == "courses"


def _shelf(block: Block, offerings: list[Offering]) -> BlockShelf:
    names = block.topics or ("",)
    others = sorted({offering.topic for offering in offerings} - set(names))
    topics = tuple(
        TopicShelf(name=name, offerings=tuple(offering for offering in offerings if offering.topic == name)) for name in (*names, *others)
    )
    shelf = BlockShelf(block=block, topics=topics, gaps=())
    return BlockShelf(block=block, topics=topics, gaps=tuple(_gaps(shelf, others)))


def _gaps(shelf: BlockShelf, others: list[str]) -> list[str]:
    block, found = shelf.block, []
    least = block.catalogue_min_hours
    if least is not None and shelf.hours < least:
        found.append(f"目录合计 {_plain(shelf.hours)} 学时，方案要求不少于 {_plain(least)}，还差 {_plain(least - shelf.hours)}")
    for topic in shelf.topics:
        if topic.name in others:
            found.append(f"现行方案里已经没有专题「{topic.name}」，请移出或改方案")
        elif topic.name and not topic.offerings:
            found.append(f"专题「{topic.name}」还没有课程")
        elif topic.name and block.min_hours is not None and topic.hours < block.min_hours:
            short = f"不够每人 {_plain(block.min_hours)} 学时"
            found.append(f"专题「{topic.name}」{_plain(topic.hours)} 学时，学校只选它时{short}")
    need = block.hours or (block.min_hours if least is None and not block.topics else None)
    if need is not None and shelf.hours < need:
        found.append(f"现有 {_plain(shelf.hours)} 学时，方案要 {_plain(need)}，还差 {_plain(need - shelf.hours)}")
    return found


def _plain(hours: Decimal) -> str:
    return f"{hours.normalize():f}"


def courses_to_offer(programme: Programme, *, words: str) -> list[Course]:
    """Find at most 20 published courses by title or topic that are not in the programme yet. Cost: one query."""
    words = words.strip()
    if not words:
        return []
    taken = Offering.objects.filter(programme=programme, course=OuterRef("pk"))
    found = Course.objects.filter(Q(title__icontains=words) | Q(topic__icontains=words), ~Exists(taken), state=CourseState.PUBLISHED)
    return list(found.order_by("topic", "title", "pk")[:20])


def places_of(programme: Programme) -> list[tuple[str, str]]:
    """Return where a course may stand in the current plan: `block/topic` and its words. Cost: none after the first reading."""
    if programme.current_id is None:
        return []
    return [
        (f"{block.id}/{topic}", f"{block.label} · {topic}" if topic else block.label)
        for block in plan_of(programme.current_id).learn
        if takes_courses(block)
        for topic in (block.topics or ("",))
    ]


def draft_page(programme: Programme, draft: Draft) -> DraftPage:
    """Read a draft, compare it with the current version and count whom it concerns. Cost: two queries, three the first time."""
    reading = reading_of(draft.source, draft.parameters, draft.launch_dates)
    current = PlanVersion.objects.filter(pk=programme.current_id).defer("source").first() if programme.current_id else None
    changes: tuple[Change, ...] = ()
    if current is not None and reading.is_sound and reading.plan is not None:
        changes = diff(plan_of(current.pk), reading.plan, draft.parameters)
    sections = _sections(read_back(reading.plan, draft.parameters)) if reading.is_sound and reading.plan is not None else ()
    return DraftPage(
        draft=draft,
        reading=reading,
        sections=sections,
        current=current,
        changes=changes,
        participants=Enrolment.objects.filter(programme=programme, state=EnrolmentState.ACTIVE).count(),
    )


def changes_between(old: PlanVersion, new: PlanVersion) -> tuple[Change, ...]:
    """Return what changed between two versions, dates with the newer one's parameters. Cost: none after the first reading."""
    return diff(plan_of(old), plan_of(new), new.parameters)


def days_words(span: Span, at: datetime) -> str:
    """Write a window's days in a sentence; what is not stated is said to be so."""
    first = moment_words(span.starts_at, at=at) if span.starts_at else ""
    last = moment_words(span.ends_at, at=at, is_end=True) if span.ends_at else ""
    if first and last:
        return f"{first} — {last}"
    if last:
        return f"到 {last}"
    return f"{first} 起，结束未定" if first else "未定"
