"""Django's bound fields as the product shows them: label above, hint below the label, error at the field and in the summary."""

from collections.abc import Mapping
from typing import cast

from django import forms
from django.forms import BoundField
from django.forms.forms import BaseForm
from django.utils.safestring import SafeString

KINDS: tuple[tuple[type[forms.Widget], str], ...] = (
    (forms.RadioSelect, "choices"),
    (forms.CheckboxSelectMultiple, "choices"),
    (forms.CheckboxInput, "tick"),
    (forms.FileInput, "file"),
    (forms.Select, "select"),
    (forms.Textarea, "textarea"),
    (forms.HiddenInput, "hidden"),
)


def field(values: Mapping[str, object]) -> dict[str, object]:
    """Return how to show a bound field: its kind, its control as HTML, its choices, its problems."""
    bound = cast("BoundField", values["field"])
    kind = next((kind for widget, kind in KINDS if isinstance(bound.field.widget, widget)), "input")
    return {
        "kind": kind,
        "control": "" if kind == "choices" else _control(bound, kind, values),
        "options": [{"tag": option.tag(), "label": option.choice_label, "id": option.id_for_label} for option in bound.subwidgets]
        if kind == "choices"
        else [],
        "words": values["label"] or bound.label,
        "help": values["hint"] or bound.help_text,
        "optional": not bound.field.required and kind not in {"tick", "hidden"},
        "problems": list(bound.errors),
        "id_for_label": bound.id_for_label,
        "auto_id": bound.auto_id,
    }


def _options(bound: BoundField) -> list[dict[str, object]]:
    return [{"tag": option.tag(), "label": option.choice_label, "id": option.id_for_label} for option in bound.subwidgets]


def _control(bound: BoundField, kind: str, values: Mapping[str, object]) -> SafeString:
    css = {"select": "form-select", "tick": "", "file": "", "hidden": ""}.get(kind, "form-control")
    attrs: dict[str, str | bool] = {"class": css} if css else {}
    if kind == "textarea":
        attrs["rows"] = str(values["rows"])
        if values["least"]:
            attrs["x-on:input"] = "look"
    if kind == "file":
        attrs["x-on:change"] = "look"
        if values["camera"]:
            attrs["capture"] = "environment"
    if values["placeholder"]:
        attrs["placeholder"] = str(values["placeholder"])
    return bound.as_widget(attrs=attrs)


def form_errors(values: Mapping[str, object]) -> dict[str, object]:
    """Return the problems of a form with the field each belongs to; those of the whole form first."""
    form = cast("BaseForm", values["form"])
    whole = [{"label": "", "id": "", "text": text} for text in form.non_field_errors()]
    single = [{"label": bound.label, "id": bound.id_for_label or bound.auto_id, "text": text} for bound in form for text in bound.errors]
    return {"problems": whole + single}
