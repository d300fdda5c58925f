"""Tints from shares: heat tables and tile maps."""

from collections.abc import Mapping, Sequence
from typing import cast

from yanxiu.kit.components.items import HeatCell, HeatRow, Tile

BOUNDS = (0.40, 0.55, 0.70, 0.85, 0.95)


def tint(share: float | None, *, behind: bool) -> str:
    """Return the tint of a share: late when behind schedule, else 0 to 5 by the bounds 40, 55, 70, 85, 95 per cent."""
    if share is None:
        return "0"
    return "late" if behind else str(sum(share >= bound for bound in BOUNDS))


def heat(values: Mapping[str, object]) -> dict[str, object]:
    """Return the rows with the tint of each cell, and which optional columns are there at all."""
    rows = cast("Sequence[HeatRow]", values["rows"])
    return {
        "drawn": [{"row": row, "cells": [_cell(cell) for cell in row.cells]} for row in rows],
        "sized": any(row.size is not None for row in rows),
        "opened": any(row.open_count is not None for row in rows),
    }


def _cell(cell: HeatCell) -> dict[str, object]:
    return {"cell": cell, "tint": tint(cell.share, behind=cell.behind)}


def tiles(values: Mapping[str, object]) -> dict[str, object]:
    """Return all places of the grid row by row, None where no unit lies, so that the compass sense holds."""
    found = {(tile.row, tile.column): tile for tile in cast("Sequence[Tile]", values["tiles"])}
    width = max(3, max((column for _, column in found), default=3))
    height = max((row for row, _ in found), default=0)
    places = [found.get((row, column)) for row in range(1, height + 1) for column in range(1, width + 1)]
    return {"columns": min(8, width), "places": [_tile(tile) if tile else None for tile in places]}


def _tile(tile: Tile) -> dict[str, object]:
    return {"tile": tile, "tint": tint(tile.share, behind=tile.behind)}
