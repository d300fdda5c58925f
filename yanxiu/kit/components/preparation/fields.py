"""Django's bound fields as the product shows them: label above, hint below the label, error at the field and in the summary."""

import json
from collections.abc import Mapping
from typing import cast

from django import forms
from django.core import validators
from django.core.exceptions import ValidationError
from django.forms import BoundField
from django.forms.forms import BaseForm
from django.utils.safestring import SafeString
from django.utils.translation import gettext, gettext_lazy

KINDS: tuple[tuple[type[forms.Widget], str], ...] = (
    (forms.RadioSelect, "choices"),
    (forms.CheckboxSelectMultiple, "choices"),
    (forms.CheckboxInput, "tick"),
    (forms.FileInput, "file"),
    (forms.Select, "select"),
    (forms.Textarea, "textarea"),
    (forms.HiddenInput, "hidden"),
)

WORDS = {
    "required": gettext_lazy("还没填。请填上"),
    "invalid": gettext_lazy("写法不对，请照提示改"),
    "invalid_choice": gettext_lazy("不在可选的范围里，请重新选"),
    "max_value": gettext_lazy("最多 %(limit_value)s，现在多了"),
    "min_value": gettext_lazy("至少 %(limit_value)s，现在少了"),
    "max_length": gettext_lazy("最多 %(limit_value)s 字，现在 %(show_value)s 字"),
    "min_length": gettext_lazy("至少 %(limit_value)s 字，现在 %(show_value)s 字"),
    "empty": gettext_lazy("文件是空的，请换一个再传"),
    "missing": gettext_lazy("没有收到文件，请再选一次"),
}


def field(values: Mapping[str, object]) -> dict[str, object]:
    """Return how to show a bound field: its kind, its control as HTML, its choices, its problems."""
    bound = cast("BoundField", values["field"])
    kind = next((kind for widget, kind in KINDS if isinstance(bound.field.widget, widget)), "input")
    if "data-begin" in bound.field.widget.attrs:
        kind = "upload"
    return {
        "kind": kind,
        "control": "" if kind == "choices" else _control(bound, kind, values),
        "options": [{"tag": option.tag(), "label": option.choice_label, "id": option.id_for_label} for option in bound.subwidgets]
        if kind == "choices"
        else [],
        "words": values["label"] or bound.label,
        "help": values["hint"] or bound.help_text,
        "optional": not bound.field.required and kind not in {"tick", "hidden"} and not _is_decided(bound),
        "problems": problems(bound),
        "id_for_label": bound.id_for_label,
        "auto_id": bound.auto_id,
    }


def _is_decided(bound: BoundField) -> bool:
    """Whether one of several stands chosen already: it can be changed, not left out."""
    widget = bound.field.widget
    return isinstance(widget, forms.RadioSelect) and not isinstance(widget, forms.CheckboxSelectMultiple) and bool(bound.value())


def problems(bound: BoundField) -> list[str]:
    """Return the problems of a field; Django's own sentences in our words, which say how to mend it."""
    return [_in_our_words(bound, error) for error in bound.errors.as_data()]


def _in_our_words(bound: BoundField, error: ValidationError) -> str:
    usual = str(error.message) in {str(words) for words in _usual(bound.field)}
    if not usual or error.code not in WORDS:
        return str(error.messages[0])
    words = WORDS[error.code]
    if error.code == "required" and isinstance(bound.field.widget, forms.Select | forms.RadioSelect | forms.CheckboxSelectMultiple):
        words = gettext_lazy("还没选。请选一项")
    elif error.code == "required" and isinstance(bound.field, forms.FileField):
        words = gettext_lazy("还没有文件。请选一个上传")
    elif error.code == "invalid" and isinstance(bound.field, forms.DateField | forms.DateTimeField):
        words = gettext_lazy("没有这一天，或写法不对。请写成 2026-11-30 这样")
    elif error.code == "invalid" and isinstance(bound.field, forms.IntegerField):
        words = gettext_lazy("这里要填数字，例如 12")
    return str(words) % (error.params or {})


def _usual(field: forms.Field) -> list[object]:
    by_class = [words for kind in type(field).__mro__ for words in getattr(kind, "default_error_messages", {}).values()]
    return by_class + [getattr(validator, "message", "") for validator in validators.__dict__.values()]


def _options(bound: BoundField) -> list[dict[str, object]]:
    return [{"tag": option.tag(), "label": option.choice_label, "id": option.id_for_label} for option in bound.subwidgets]


def _control(bound: BoundField, kind: str, values: Mapping[str, object]) -> SafeString:
    css = {"select": "form-select", "tick": "", "file": "", "upload": "", "hidden": ""}.get(kind, "form-control")
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


def upload(values: Mapping[str, object]) -> dict[str, object]:  # noqa: ARG001 - every preparation is called alike
    """Return the sentences of an upload in parts, as the script reads them."""
    words = {
        "begin": gettext("正在准备"),
        "sent": gettext("已传 {percent}%（共 {size}），{left}"),
        "soon": gettext("还要不到一分钟"),
        "minutes": gettext("约剩 {n} 分钟"),
        "paused": gettext("停在 {percent}%，今天之内都可以接着传"),
        "offline": gettext("网络断了，连上后自动接着传"),
        "checking": gettext("传完了，正在检查，大的视频要一分钟左右"),
        "done": gettext("已传好：{name}（{size}）"),
        "kept": gettext("已传好：{name}"),
        "later": gettext("还在上传，传完会自动提交"),
        "away": gettext("登录过期了。请在另一个标签页登录，再选这个文件，会接着传"),
    }
    return {"words": json.dumps(words, ensure_ascii=False)}


def form_errors(values: Mapping[str, object]) -> dict[str, object]:
    """Return the problems of a form with the field each belongs to; those of the whole form first."""
    form = cast("BaseForm", values["form"])
    whole = [{"label": "", "id": "", "text": text} for text in form.non_field_errors()]
    single = [{"label": bound.label, "id": bound.id_for_label or bound.auto_id, "text": text} for bound in form for text in problems(bound)]
    return {"problems": whole + single}
