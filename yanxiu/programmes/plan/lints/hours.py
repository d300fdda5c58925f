"""Lints on hours: items against their block, blocks against totals, choices and awards against blocks."""

from decimal import Decimal

from yanxiu.programmes.plan.complaints import Path
from yanxiu.programmes.plan.lints.review import Lint, Review, needs
from yanxiu.programmes.plan.numbers import block_hours, item_count, number
from yanxiu.programmes.plan.schema.judgement import DecisionAssessment
from yanxiu.programmes.plan.schema.work import Block, Total


@needs("learn")
def items_add_up(review: Review) -> None:
    """Number of items times hours of each is the block's hours (000b L26-L29)."""
    for place, block in enumerate(review.plan.learn):
        items, path = block.items, ("learn", place)
        if items is None:
            continue
        count = item_count(items)
        if items.count is not None and items.titles and items.count != len(items.titles):
            review.error((*path, "items", "count"), "items", f"写了 {items.count} 项，列名 {len(items.titles)} 项", "改成一样多")
        elif items.hours_each is not None and count is None:
            review.error((*path, "items"), "items", "写了每项学时，没有写几项", "补上 count 或 titles")
        elif block.hours is not None and items.hours_each is not None and count is not None:
            made = items.hours_each * count
            if made != block.hours:
                each = block.hours / count
                hint = f"每项改为 {number(each)} 就对上" if each == each.quantize(Decimal("0.5")) else "改每项学时或本块学时"
                said = f"{count} 项，每项 {number(items.hours_each)} 学时，合计 {number(made)}，与本块 {number(block.hours)} 学时不符"
                review.error((*path, "items", "hours_each"), "hours-sum", said, hint)
        elif items.what == "lesson_cases" and block.hours is not None and count is not None and not _is_shared_out(block.hours, count):
            said = f"{number(block.hours)} 学时分给 {count} 项除不尽，全学完也不够本块学时"
            review.error((*path, "items"), "hours-sum", said, "写明每项学时 hours_each，或改本块学时")


def _is_shared_out(hours: Decimal, count: int) -> bool:
    """Whether equal shares with two decimals, as items count, make up the hours again."""
    return (hours / count).quantize(Decimal("0.01")) * count == hours


@needs("learn")
def blocks_fit(review: Review) -> None:
    """A block's own figures agree: minimum, worth, catalogue, online and offline parts."""
    for place, block in enumerate(review.plan.learn):
        path: Path = ("learn", place)
        if block.min_hours is not None and block.hours is not None and block.min_hours > block.hours:
            said = f"至少 {number(block.min_hours)} 学时，本块只有 {number(block.hours)} 学时"
            review.error((*path, "min_hours"), "hours-sum", said, "改小 min_hours 或改大 hours")
        if block.min_hours is not None and block.catalogue_min_hours is not None and block.min_hours > block.catalogue_min_hours:
            said = f"至少学 {number(block.min_hours)} 学时，目录只要求 {number(block.catalogue_min_hours)} 学时"
            review.error((*path, "catalogue_min_hours"), "hours-sum", said, "目录学时要多于必学学时")
        if block.hours is not None and block.online_hours is not None and block.offline_hours is not None:
            parts = block.online_hours + block.offline_hours
            if parts != block.hours:
                made = f"线上 {number(block.online_hours)} + 线下 {number(block.offline_hours)} = {number(parts)}"
                said = f"{made}，与本块 {number(block.hours)} 学时不符"
                review.error((*path, "hours"), "hours-sum", said, "三个数改到对上")
        if _is_silent(block) and not review.is_framework:
            review.warn((*path, "hours"), "hours-unknown", f"{block.label} 没有写学时，发布前要定", "写 hours，或在 totals 里只算合计")


def _is_silent(block: Block) -> bool:
    counted = block.kind in ("compulsory", "elective", "activity", "assigned") and block.convert is None
    return counted and block_hours(block) is None


@needs("learn", "totals")
def totals_add_up(review: Review) -> None:
    """Parts make the total (4+2+12+4=22, 22+14=36); with unknown parts this is left to the launch (D-12)."""
    blocks = review.blocks()
    for place, total in enumerate(review.plan.totals):
        parts = [blocks[name] for name in total.of if name in blocks]
        if len(parts) != len(total.of):
            continue
        repeated = [name for number_, name in enumerate(total.of) if name in total.of[:number_]]
        if repeated:
            review.error(("totals", place, "of"), "hours-sum", f"「{repeated[0]}」算了两次", "只留一次")
        unknown = [part.label for part in parts if block_hours(part) is None]
        if unknown:
            known = sum((block_hours(part) or Decimal(0) for part in parts), Decimal(0))
            said = f"{total.label} 要 {number(total.hours)} 学时，已写明 {number(known)}，其余没有写：{'、'.join(unknown)}"
            review.warn(("totals", place, "hours"), "hours-unknown", said, "发布前把这些块的学时定下来")
        else:
            _compare(review, ("totals", place, "hours"), total, parts)


def _compare(review: Review, path: Path, total: Total, parts: list[Block]) -> None:
    figures = [block_hours(part) or Decimal(0) for part in parts]
    made = sum(figures, Decimal(0))
    if made == total.hours:
        return
    shown = " + ".join(number(figure) for figure in figures)
    said = f"{shown} = {number(made)}，与{total.label} {number(total.hours)} 学时不符"
    if made < total.hours and any(part.min_hours is not None for part in parts):
        missing = number(total.hours - made)
        review.warn(path, "hours-sum", f"{said}，还差 {missing} 学时要靠选修多学", "确是这个意思就不用改")
    else:
        review.error(path, "hours-sum", said, f"合计改为 {number(made)}，或改其中的块")


@needs("learn", "choose")
def choices_fit(review: Review) -> None:
    """Choosing asks for at least what the block asks for."""
    blocks = review.blocks()
    for place, choice in enumerate(review.plan.choose):
        block = blocks.get(choice.block or "")
        if choice.from_ in ("block_topics", "chosen_topics", "block") and choice.block is None:
            review.error(("choose", place), "choice", "没有写从哪个课程块里选", "补上 block")
        if block is None:
            continue
        if choice.from_ in ("block_topics", "chosen_topics") and not block.topics:
            review.error(("choose", place, "block"), "choice", f"{block.label} 没有专题可选", "在课程块里写 topics")
        if choice.min_hours is not None and block.min_hours is not None and choice.min_hours != block.min_hours:
            said = f"选课至少 {number(choice.min_hours)} 学时，{block.label} 至少 {number(block.min_hours)} 学时"
            if choice.min_hours < block.min_hours:
                review.error(("choose", place, "min_hours"), "hours-sum", f"{said}，选满了也不够", f"改为 {number(block.min_hours)}")
            else:
                review.warn(("choose", place, "min_hours"), "hours-sum", said, "确是这个意思就不用改")


@needs("learn", "assess", "credit")
def grants_fit(review: Review) -> None:
    """Hours that passing gives are the hours of the block."""
    blocks = review.blocks()
    for place, item in enumerate(review.plan.assess):
        gives = item.gives if isinstance(item, DecisionAssessment) else None
        block = blocks.get(gives.block) if gives else None
        if gives is not None and block is not None and block.hours is not None and gives.hours != block.hours:
            said = f"合格给 {number(gives.hours)} 学时，{block.label} 是 {number(block.hours)} 学时"
            review.error(("assess", place, "gives", "hours"), "hours-sum", said, f"改为 {number(block.hours)}")
    credit = review.plan.credit
    for place, award in enumerate(credit.awards if credit else ()):
        figures = [block_hours(blocks[name]) for name in award.blocks if name in blocks]
        if credit is None or award.amount is None or not figures or None in figures:
            continue
        worth = sum((figure or Decimal(0) for figure in figures), Decimal(0)) * (credit.ratio if credit.unit == "credit" else 1)
        if worth != award.amount:
            said = f"给 {number(award.amount)}，所含课程块合计 {number(worth)}"
            review.error(("credit", "awards", place, "amount"), "hours-sum", said, f"改为 {number(worth)}")


LINTS: tuple[Lint, ...] = (items_add_up, blocks_fit, totals_add_up, choices_fit, grants_fit)
