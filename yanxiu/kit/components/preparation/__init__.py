"""Geometry and words that a template cannot compute: one function a component, its values in, more values out."""

from collections.abc import Callable, Mapping

from yanxiu.kit.components.preparation import charts, fields, shapes, tables, words

Values = Mapping[str, object]

PREPARE: dict[str, Callable[[Values], dict[str, object]]] = {
    "bar": shapes.bar,
    "chart": charts.chart,
    "cover": words.cover,
    "deadline": words.deadline,
    "duty": shapes.duty,
    "evidence-slot": words.evidence,
    "field": fields.field,
    "form-errors": fields.form_errors,
    "funnel": shapes.funnel,
    "gauge": shapes.bar,
    "heat": tables.heat,
    "job": words.job,
    "notice": words.notice,
    "receipt": words.receipt,
    "requirement": shapes.requirement,
    "ring": shapes.ring,
    "status": words.status,
    "tiles": tables.tiles,
    "timeline": shapes.timeline,
    "upload": fields.upload,
}
