"""Lints on names: ids that repeat, and references to windows, blocks, metrics, requirements and assessments that do not exist."""

from collections.abc import Iterator

from yanxiu.programmes.plan.complaints import Path
from yanxiu.programmes.plan.lints.review import Lint, Review, needs
from yanxiu.programmes.plan.metrics import METRICS
from yanxiu.programmes.plan.schema.judgement import CourseAssessment, DecisionAssessment, RuleAssessment, ScoreAssessment, Tree
from yanxiu.programmes.plan.vocabulary import STAGE_CODES, STAGE_PARTS, WINDOW_YEARS


def _ids(review: Review, *sections: str) -> Iterator[tuple[Path, str]]:
    for section in sections:
        if section == "duties":
            yield from ((path, duty.id) for path, _, duty in review.each_duty())
        elif section == "awards":
            awards = review.plan.credit.awards if review.plan.credit else ()
            yield from ((("credit", "awards", place), award.id) for place, award in enumerate(awards))
        else:
            yield from (((section, place), item.id) for place, item in enumerate(getattr(review.plan, section)))


def _unique(review: Review, *sections: str) -> None:
    first: dict[str, Path] = {}
    for path, name in _ids(review, *sections):
        if name in first:
            line = review.lines.line(first[name])
            review.error((*path, "id"), "duplicate-id", f"编号「{name}」重复，第 {line} 行已经用过", "换一个编号")
        else:
            first[name] = path


@needs()
def unique_ids(review: Review) -> None:
    """Ids are unique: requirements over all sections that make them, the rest within their section."""
    _unique(review, "learn", "totals", "duties", "submit", "attend", "assess")
    for section in ("audience", "phases", "solicit", "awards", "fees", "certs", "sanctions"):
        _unique(review, section)
    for place, item in enumerate(review.plan.submit):
        names = [piece.id for piece in item.pieces]
        for number, name in enumerate(names):
            if name in names[:number]:
                review.error(("submit", place, "pieces", number, "id"), "duplicate-id", f"编号「{name}」重复", "换一个编号")


def _window_references(review: Review) -> Iterator[tuple[Path, str | None, bool]]:
    """Path, window, and whether the two kinds of year may stand there."""
    plan = review.plan
    for place, block in enumerate(plan.learn):
        yield ("learn", place, "window"), block.window, True
        yield ("learn", place, "requires", "in"), block.requires.in_ if block.requires else None, True
    for place, total in enumerate(plan.totals):
        yield ("totals", place, "window"), total.window, True
    for path, _, duty in review.each_duty():
        yield (*path, "in"), duty.in_, True
    for place, submission in enumerate(plan.submit):
        yield ("submit", place, "in"), submission.in_, True
    for place, item in enumerate(plan.assess):
        yield ("assess", place, "window"), item.window if isinstance(item, ScoreAssessment) else None, True
    yield from _phase_references(review)


def _phase_references(review: Review) -> Iterator[tuple[Path, str | None, bool]]:
    plan = review.plan
    for place, choice in enumerate(plan.choose):
        yield ("choose", place, "within"), choice.within, False
        yield ("choose", place, "lock_at"), choice.lock_at.split(".")[0] if choice.lock_at else None, False
    for place, attend in enumerate(plan.attend):
        yield ("attend", place, "window"), attend.window, False
    for place, phase in enumerate(plan.phases):
        yield ("phases", place, "after"), phase.after, False


@needs("phases")
def known_windows(review: Review) -> None:
    """Every window named anywhere exists."""
    phases = [phase.id for phase in review.plan.phases]
    for path, name, years in _window_references(review):
        if name is not None:
            review.known(path, name, [*phases, *WINDOW_YEARS] if years else phases, "时间窗口")
    for place, phase in enumerate(review.plan.phases):
        if phase.id in WINDOW_YEARS:
            review.error(("phases", place, "id"), "reserved-id", f"「{phase.id}」是{WINDOW_YEARS[phase.id]}的固定编号", "换一个编号")


@needs("phases")
def ordered_windows(review: Review) -> None:
    """`after` makes no circle."""
    after = {phase.id: phase.after for phase in review.plan.phases}
    for place, phase in enumerate(review.plan.phases):
        seen = [phase.id]
        here = phase.after
        while here is not None and here in after and here not in seen:
            seen.append(here)
            here = after[here]
        if here == phase.id:
            review.error(("phases", place, "after"), "cycle", f"先后绕成了圈：{' → '.join([*seen, here])}", "去掉其中一个 after")


@needs()
def days_of_guidance(review: Review) -> None:
    """The days to answer are one for all levels of the chain, or one for each."""
    for place, guidance in enumerate(review.plan.guide):
        if len(guidance.answer_days) not in (0, 1, len(guidance.chain)):
            levels, days = len(guidance.chain), len(guidance.answer_days)
            reason = f"指导链有 {levels} 级，答疑天数写了 {days} 个"
            review.error(("guide", place, "answer_days"), "guidance", reason, "写一个（各级相同），或每级一个")


@needs("learn")
def known_blocks(review: Review) -> None:
    """Every block named anywhere exists."""
    plan, blocks = review.plan, list(review.blocks())
    named: list[tuple[Path, str | None]] = []
    for place, guidance in enumerate(plan.guide):
        named += [(("guide", place, "blocks", number), name) for number, name in enumerate(guidance.blocks)]
    for place, total in enumerate(plan.totals):
        named += [(("totals", place, "of", number), name) for number, name in enumerate(total.of)]
    for place, award in enumerate(plan.credit.awards if plan.credit else ()):
        named += [(("credit", "awards", place, "blocks", number), name) for number, name in enumerate(award.blocks)]
    named += [(("choose", place, "block"), choice.block) for place, choice in enumerate(plan.choose)]
    named += [(("attend", place, "block"), rule.block) for place, rule in enumerate(plan.attend)]
    for place, block in enumerate(plan.learn):
        named.append((("learn", place, "convert", "into"), block.convert.into if block.convert else None))
    for place, item in enumerate(plan.assess):
        gives = item.gives if isinstance(item, DecisionAssessment) else None
        named.append((("assess", place, "gives", "block"), gives.block if gives else None))
    for path, name in named:
        if name is not None:
            review.known(path, name, blocks, "课程块")


@needs()
def known_metrics(review: Review) -> None:
    """Every metric is in the registry."""
    for path, _, duty in review.each_duty():
        review.known((*path, "metric"), duty.metric, METRICS, "统计指标")
    for place, block in enumerate(review.plan.learn):
        if block.requires is not None:
            review.known(("learn", place, "requires", "metric"), block.requires.metric, METRICS, "统计指标")
    for place, item in enumerate(review.plan.assess):
        counters = item.counters if isinstance(item, DecisionAssessment) else None
        for kind in ("person", "workshop") if counters else ():
            for number, metric in enumerate(getattr(counters, kind)):
                review.known(("assess", place, "counters", kind, number), metric, METRICS, "统计指标")


def requirement_ids(review: Review) -> list[str]:
    """Ids that a pass rule may name: everything that becomes a requirement."""
    found = [name for _, name in _ids(review, "learn", "totals", "duties", "submit", "attend")]
    return found + [item.id for item in review.plan.assess if isinstance(item, DecisionAssessment | ScoreAssessment)]


@needs("learn", "totals", "duties", "submit", "assess")
def known_requirements(review: Review) -> None:
    """Pass rules name requirements that exist and have one of the three forms."""
    known, partial = requirement_ids(review), _of_some(review)
    for place, item in enumerate(review.plan.assess):
        if isinstance(item, RuleAssessment):
            _tree(review, ("assess", place, "pass"), item.pass_, known, partial)


def _of_some(review: Review) -> set[str]:
    """Ids of requirements that concern people of some stages or levels only; of all others they count as met."""
    audience = review.plan.audience
    everybody = {part for group in audience for stage in group.stages for part in STAGE_PARTS[stage]}
    if not all(group.stages for group in audience) or not audience:
        everybody = set(STAGE_CODES)
    reached = {block.id: {part for stage in block.stages for part in STAGE_PARTS[stage]} for block in review.plan.learn}
    blocks = {name for name, stages in reached.items() if stages and not everybody <= stages}
    return blocks | {duty.id for _, _, duty in review.each_duty() if duty.except_stages or duty.for_level}


def _tree(review: Review, path: Path, tree: Tree, known: list[str], partial: set[str]) -> None:
    forms = [name for name in ("all", "any", "at_least") if getattr(tree, name) is not None]
    if len(forms) != 1 or (tree.of is not None) != (forms == ["at_least"]):
        review.error(path, "pass-rule", "合格规则要写 all、any 或 at_least 加 of 三者之一", "如 all: [compulsory, electives]")
        return
    name = "of" if forms == ["at_least"] else forms[0]
    nodes: tuple[str | Tree, ...] = getattr(tree, name)
    if not nodes:
        review.error((*path, name), "pass-rule", "合格规则里没有任何要求", "写上要求的编号")
    if tree.at_least is not None and tree.at_least > len(nodes) > 0:
        review.error((*path, "at_least"), "pass-rule", f"要求 {tree.at_least} 项，只列了 {len(nodes)} 项", f"最多 {len(nodes)}")
    for number, node in enumerate(nodes):
        here: Path = (*path, name, number)
        if isinstance(node, Tree):
            _tree(review, here, node, known, partial)
        elif review.known(here, node, known, "要求") and name != "all" and node in partial:
            said = f"「{node}」只要求一部分学段或层级；对其余的人它算达到，凭它一项就能过 {forms[0]}"
            review.warn(here, "pass-rule", said, "移到 all 里，或按学段分写几条合格规则")


@needs("assess")
def known_assessments(review: Review) -> None:
    """Awards, certificates and weighted scores name assessments that exist, and grades these give."""
    judged = review.judged()
    for path, name, grade in _assessment_references(review):
        if name is not None and review.known(path, name, judged, "考核") and grade is not None:
            item = judged[name]
            grades = item.grades if isinstance(item, DecisionAssessment) else ()
            review.known((*path[:-1], "grade"), grade, grades, "等级")
    for place, one in enumerate(review.plan.assess):
        if isinstance(one, DecisionAssessment) and one.pass_grade is not None:
            review.known(("assess", place, "pass_grade"), one.pass_grade, one.grades, "等级")
        if isinstance(one, CourseAssessment) and not one.needs:
            review.error(("assess", place, "needs"), "pass-rule", "课程合格至少要有一个条件", "如 needs: [steps]")


def _assessment_references(review: Review) -> Iterator[tuple[Path, str | None, str | None]]:
    plan = review.plan
    for place, award in enumerate(plan.credit.awards if plan.credit else ()):
        path: Path = ("credit", "awards", place)
        yield (*path, "if"), award.if_, None
        yield (*path, "register_only_if"), award.register_only_if, None
        for number, multiplier in enumerate(award.multipliers):
            yield (*path, "multipliers", number, "if"), multiplier.if_, multiplier.grade
    for place, certificate in enumerate(plan.certs):
        yield ("certs", place, "if"), certificate.if_, certificate.grade
    for place, item in enumerate(plan.assess):
        for number, part in enumerate(item.parts if isinstance(item, ScoreAssessment) else ()):
            yield ("assess", place, "parts", number), part, None


@needs()
def known_pieces(review: Review) -> None:
    """`same_lesson_as` names another piece of the same material."""
    for place, item in enumerate(review.plan.submit):
        names = [piece.id for piece in item.pieces]
        for number, piece in enumerate(item.pieces):
            if piece.same_lesson_as is not None:
                others = [name for name in names if name != piece.id]
                review.known(("submit", place, "pieces", number, "same_lesson_as"), piece.same_lesson_as, others, "材料")


LINTS: tuple[Lint, ...] = (
    unique_ids,
    known_windows,
    ordered_windows,
    days_of_guidance,
    known_blocks,
    known_metrics,
    known_requirements,
    known_assessments,
    known_pieces,
)
