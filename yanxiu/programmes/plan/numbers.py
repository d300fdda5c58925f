"""Figures of blocks that several parts of the engine need."""

from decimal import Decimal

from yanxiu.programmes.plan.schema.work import Block, Items


def number(value: Decimal | int) -> str:
    """A figure as people write it: 12, 1.5, 0.05; never 1E+2 or 12.0."""
    text = f"{Decimal(value):f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def item_count(items: Items) -> int | None:
    """How many items the block holds; None when neither a count nor names are given."""
    return items.count if items.count is not None else len(items.titles) or None


def item_hours(items: Items) -> Decimal | None:
    """Hours of all items together, None when a figure is missing."""
    count = item_count(items)
    return None if count is None or items.hours_each is None else items.hours_each * count


def block_hours(block: Block) -> Decimal | None:
    """Hours a learner must reach in the block: its minimum, else its worth, else its items; None when nothing is stated."""
    if block.min_hours is not None:
        return block.min_hours
    if block.hours is not None:
        return block.hours
    return item_hours(block.items) if block.items else None
