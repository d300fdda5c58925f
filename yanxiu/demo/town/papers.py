"""Papers of the county: one fixed, one drawn by blueprint from all areas, and a short one of written questions."""

from collections import defaultdict
from datetime import timedelta
from decimal import Decimal

from yanxiu.assessment import papers
from yanxiu.assessment.actions import papers as writing
from yanxiu.assessment.models import BankQuestion, KnowledgePoint, Paper, QuestionState
from yanxiu.demo.town.calendar import Season
from yanxiu.demo.town.ground import Ground, hat
from yanxiu.kit.actor import Actor

# Title, type, how many, points each.
_FIXED = (
    ("一、单项选择题", "single", 16, "2"),
    ("二、多项选择题", "multiple", 4, "3"),
    ("三、判断题", "true_false", 6, "1"),
    ("四、填空、连线与排序", "fill_in", 3, "2"),
    ("四、填空、连线与排序", "matching", 1, "4"),
    ("四、填空、连线与排序", "ordering", 1, "3"),
    ("四、填空、连线与排序", "cloze", 1, "3"),
    ("五、简答题", "short", 1, "8"),
    ("六、材料分析题", "material", 1, "10"),
    ("七、论述题", "essay", 1, "16"),
)
_WRITTEN = (("一、简答题", "short", 2, "20"), ("二、论述题", "essay", 1, "60"))
_DRAWN = (("一、单项选择题", "single", 3, "4"), ("二、判断题", "true_false", 2, "2"), ("三、多项选择题", "multiple", 2, "3"))
_FILL_INS, _OF_FILL_INS = 4, Decimal(3)


def write(ground: Ground, when: Season) -> dict[str, Paper]:
    """Write and publish the papers; return them as `fixed`, `written` and `drawn`."""
    by = hat(ground.cast["方案设计"], at=when.now)
    found = {
        "fixed": ("教师专业素养综合卷（A）", _chosen(ground, _FIXED, skip=0), False),
        "written": ("教学设计与反思笔试卷", _chosen(ground, _WRITTEN, skip=2), False),
        "drawn": ("信息化教学与专业素养抽题卷", _blueprint(ground), True),
    }
    return {key: _paper(ground, title, sections, by, when, shuffles=shuffles) for key, (title, sections, shuffles) in found.items()}


def _paper(ground: Ground, title: str, sections: papers.Sections, by: Actor, when: Season, *, shuffles: bool) -> Paper:
    at = when.published + timedelta(days=8)
    paper = writing.draft_paper(owner=ground.county, title=title, by=by, at=at)
    paper = writing.write_paper(
        paper=paper, before=papers.read(paper.sections), sections=sections, title=title, shuffles_questions=shuffles, shuffles_options=True,
        by=by, at=at + timedelta(minutes=40),
    )  # fmt: skip
    return writing.publish_paper(paper=paper, by=by, at=at + timedelta(hours=1))


def _chosen(ground: Ground, wanted: tuple[tuple[str, str, int, str], ...], *, skip: int) -> papers.Sections:
    """Sections of approved questions, spread over the bank; `skip` of each type are left to other papers."""
    rows = BankQuestion.objects.filter(owner=ground.county, state=QuestionState.APPROVED).order_by("pk")
    by_type: dict[str, list[int]] = defaultdict(list)
    for type_, version in rows.values_list("type", "approved"):
        by_type[type_].append(version or 0)
    sections: dict[str, list[papers.Fixed]] = defaultdict(list)
    for title, type_, count, points in wanted:
        pool = by_type[type_][skip:] if len(by_type[type_]) > count + skip else by_type[type_][-count:]
        picked = [pool[number * len(pool) // count] for number in range(count)]
        sections[title] += [papers.Fixed(version=version, points=Decimal(points)) for version in picked]
    return tuple(papers.Section(title=title, fixed=tuple(fixed)) for title, fixed in sections.items())


def _blueprint(ground: Ground) -> papers.Sections:
    """As many questions of each area, none of the hardest; the gaps from the whole bank."""
    areas = list(KnowledgePoint.objects.filter(owner=ground.county, parent=None).order_by("pk").values_list("pk", flat=True))
    sections = [
        papers.Section(
            title=title,
            draws=tuple(papers.Draw(count=count, points=Decimal(points), point=area, type=type_, most_difficulty=4) for area in areas),
        )
        for title, type_, count, points in _DRAWN
    ]  # fmt: skip
    gaps = papers.Draw(count=_FILL_INS, points=_OF_FILL_INS, type="fill_in")
    return (*sections, papers.Section(title="四、填空题", draws=(gaps,)))
