"""Charts: the numbers once as JSON for the canvas, once as a table for everybody."""

from collections.abc import Mapping, Sequence
from typing import cast

from yanxiu.kit.components import wording
from yanxiu.kit.components.items import Number, Series


def chart(values: Mapping[str, object]) -> dict[str, object]:
    """Return the data of the canvas and the rows of the table."""
    series = cast("Sequence[Series]", values["series"])
    labels = [str(label) for label in cast("Sequence[object]", values["labels"])]
    data = {
        "kind": values["kind"],
        "unit": values["unit"],
        "max": None if values["max"] is None else float(cast("float", values["max"])),
        "labels": labels,
        "series": [_series(one) for one in series],
    }
    rows = [{"label": label, "cells": [_written(one, at) for one in series]} for at, label in enumerate(labels)]
    return {"data": data, "rows": rows, "data_id": f"{values['id']}-data", "names": [one.label for one in series]}


def _series(one: Series) -> dict[str, object]:
    numbers = [None if value is None else float(value) for value in one.values]
    return {"label": one.label, "role": one.role, "end": one.end, "steps": one.steps, "tones": list(one.tones), "values": numbers}


def _written(one: Series, at: int) -> str:
    value: Number | None = one.values[at] if at < len(one.values) else None
    return wording.number(value)
