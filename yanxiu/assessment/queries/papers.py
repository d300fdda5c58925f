"""Papers as pages: the list, the editor, what the candidate sees, the key."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.db.models import Count, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from yanxiu.assessment import paper_removals, papers, rendering
from yanxiu.assessment.asking import AskedView, Reveals, asked_view
from yanxiu.assessment.drawing import Pool, contents_of, pools_of, quotas
from yanxiu.assessment.models import Exam, KnowledgePoint, Paper, QuestionVersion
from yanxiu.assessment.paper_removals import Removed
from yanxiu.assessment.papers import Draw, Fixed, Section, Sections, Sheet
from yanxiu.catalogue import content
from yanxiu.kit.text import plain


@dataclass(frozen=True, kw_only=True)
class FixedRow:
    """A fixed question in the editor; `note` says what is wrong with it, `fresh` is the id of the version approved since."""

    fixed: Fixed
    version: QuestionVersion
    stem: str
    type_label: str
    is_stale: bool


@dataclass(frozen=True, kw_only=True)
class DrawRow:
    """A draw in the editor with how many questions the bank holds for it; `point` is the name of its knowledge point.

    `levels`: how many of each difficulty everybody gets, [] while there is but one.
    """

    draw: Draw
    held: int
    point: str = ""
    levels: Sequence[tuple[int, int]] = ()

    @property
    def words(self) -> str:
        """Return from what it draws: 单选题，证据，难度 3—5."""
        words = [_(content.QUESTION_TYPES[self.draw.type]) if self.draw.type else "", self.point, self.draw.stage + self.draw.subject]
        least, most = self.draw.least_difficulty, self.draw.most_difficulty
        if (least, most) != (1, 5):
            words.append(_("难度 %(range)s") % {"range": str(least) if least == most else f"{least}—{most}"})
        return "，".join(one for one in words if one) or _("全部题目")


@dataclass(frozen=True, kw_only=True)
class SectionRow:
    """A section in the editor."""

    section: Section
    fixed: Sequence[FixedRow]
    draws: Sequence[DrawRow]


@dataclass(frozen=True, kw_only=True)
class RemovedRow:
    """What was taken out of a draft and can be put back: its number, and what it is in words."""

    number: int
    words: str


@dataclass(frozen=True, kw_only=True)
class PaperPage:
    """A paper in the editor, with the versions it names, what the bank holds for each draw, and what was taken out, the last first."""

    paper: Paper
    sections: Sequence[SectionRow]
    points: Decimal
    count: int
    known: Mapping[int, QuestionVersion]
    pools: Sequence[Pool]
    removed: Sequence[RemovedRow]


@dataclass(frozen=True, kw_only=True)
class SheetSection:
    """A section of a sheet with its questions as they are shown."""

    section: Section
    questions: Sequence[AskedView]


def found_papers(visible: QuerySet[Paper], *, text: str, state: str) -> QuerySet[Paper]:
    """Return papers by title and state (draft, published, ""), newest first, with the number of their exams."""
    exams = Exam.objects.filter(paper=OuterRef("pk")).order_by().values("paper").annotate(n=Count("pk")).values("n")
    found = visible.select_related("owner").annotate(exams=Coalesce(Subquery(exams), 0))
    if text:
        found = found.filter(title__icontains=plain(text)[:60])
    if state:
        found = found.filter(published_at__isnull=state == "draft")
    return found.order_by("-pk")


def paper_page(paper: Paper, sections: Sections) -> PaperPage:
    """Return the editor's page of sections that are not yet stored, perhaps. Cost: 2 or 3 queries."""
    wanted = [one.version for section in sections for one in section.fixed]
    removed = paper_removals.read(paper.removed)
    gone = [one.fixed.version for one in removed if one.fixed is not None]
    known = {row.pk: row for row in QuestionVersion.objects.filter(pk__in=[*wanted, *gone]).select_related("question")}
    pools = pools_of(paper.owner_id, [draw for section in sections for draw in section.draws], fixed=wanted)
    held = iter(pools)
    drawn = {draw.point for section in sections for draw in section.draws if draw.point}
    names = dict(KnowledgePoint.objects.filter(pk__in=drawn).values_list("pk", "name")) if drawn else {}
    return PaperPage(
        paper=paper,
        sections=[
            SectionRow(
                section=section,
                fixed=[_fixed(one, known) for one in section.fixed if one.version in known],
                draws=[_draw(draw, next(held), names.get(draw.point or 0, "")) for draw in section.draws],
            )
            for section in sections
        ],
        points=papers.points_of(sections),
        count=sum(section.count for section in sections),
        known=known,
        pools=pools,
        removed=[RemovedRow(number=one.number, words=_words(one, known)) for one in reversed(removed)],
    )


def sheet_page(
    paper: Paper, sheet: Sheet, *, person_id: int | None, at: datetime, is_open: bool, reveals: Reveals = "nothing"
) -> list[SheetSection]:
    """Return a sheet with its questions as they are shown, section by section. Cost: 2 queries, one without pictures."""
    sections = papers.read(paper.sections)
    contents = contents_of(one.version for one in sheet)
    links = rendering.links_of(contents.values(), person_id=person_id, at=at)
    views = [
        (asked.section, asked_view(contents[asked.version], asked, number=number, links=links, is_open=is_open, reveals=reveals))
        for number, asked in enumerate(sheet, start=1)
    ]
    return [
        SheetSection(section=section, questions=[view for place, view in views if place == number])
        for number, section in enumerate(sections)
    ]


def _words(one: Removed, known: Mapping[int, QuestionVersion]) -> str:
    if one.whole is not None:
        return _("大题“%(title)s”，%(count)s 题") % {"title": one.title, "count": one.whole.count}
    if one.draw is not None:
        return _("“%(title)s”里抽 %(count)s 道的规则") % {"title": one.title, "count": one.draw.count}
    version = known.get(one.fixed.version) if one.fixed is not None else None
    stem = rendering.plain(content.read_question(version.content).stem, most=40) if version is not None else _("已不在题库里的题")
    return _("“%(title)s”里的题：%(stem)s") % {"title": one.title, "stem": stem}


def _draw(draw: Draw, pool: Pool, point: str) -> DrawRow:
    levels = quotas(pool, draw.count) if len(pool) >= draw.count else {}
    return DrawRow(draw=draw, held=len(pool), point=point, levels=list(levels.items()) if len(levels) > 1 else [])


def _fixed(one: Fixed, known: Mapping[int, QuestionVersion]) -> FixedRow:
    version = known[one.version]
    stem = rendering.plain(content.read_question(version.content).stem, most=70)
    question = version.question
    is_stale = question.approved_id != version.pk or question.state == "retired"
    return FixedRow(fixed=one, version=version, stem=stem, type_label=question.get_type_display(), is_stale=is_stale)
