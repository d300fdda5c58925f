"""The one file field of every form: it takes a plain file, and one that came in parts before the form was sent."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.urls import reverse_lazy
from django.utils.html import format_html
from django.utils.safestring import SafeString

from yanxiu.files.actions import Ahead
from yanxiu.files.kinds import Kind

AHEAD = "_ahead"


def ahead(data: Mapping[str, Any], name: str) -> Ahead | None:
    """Return what came ahead for the field of that name, None when nothing did."""
    number, _stroke, shown = str(data.get(name + AHEAD, "")).partition("/")
    return Ahead(file_id=int(number), name=shown[:200]) if number.isascii() and number.isdecimal() and len(number) < 19 else None


class UploadInput(forms.FileInput):
    """A file input beside which the id of what came ahead is kept; without JavaScript it is a plain file input."""

    def value_from_datadict(self, data: Mapping[str, Any], files: Any, name: str) -> Any:
        """Return the file of the request, else what came ahead, else None."""
        sent = files.get(name)
        return sent if sent is not None else ahead(data, name)

    def value_omitted_from_data(self, data: Mapping[str, Any], files: Mapping[str, Any], name: str) -> bool:
        """Tell whether neither came."""
        return name not in files and name + AHEAD not in data

    def format_value(self, value: Any) -> Any:
        """Return what came ahead, so that a form with a problem elsewhere does not lose it."""
        return value if isinstance(value, Ahead) else None

    def render(self, name: str, value: Any, attrs: dict[str, Any] | None = None, renderer: Any = None) -> SafeString:
        """Write the input and the hidden field beside it."""
        given = self.build_attrs(self.attrs, attrs)
        is_required = bool(given.pop("required", False)) and not isinstance(value, Ahead)
        plain = super().render(name, None, {**given, "required": is_required}, renderer)
        kept = f"{value.file_id}/{value.name}" if isinstance(value, Ahead) else ""
        return format_html('{}<input type="hidden" name="{}" value="{}">', plain, name + AHEAD, kept)


class UploadField(forms.FileField):
    """A file of a kind: `cleaned_data` holds the uploaded file, or `Ahead` for one that came in parts before the form was sent.

    Show it with `{% component "field" field=form.film %}` (or `upload`), and give what it holds to `actions.receive`.
    """

    widget = UploadInput

    def __init__(self, kind: Kind, *, label: Any, required: bool = True, help_text: Any = "") -> None:
        self.kind = kind
        attrs = {
            "accept": kind.accept,
            "data-kind": kind.code,
            "data-limit": kind.most_bytes,
            "data-begin": reverse_lazy("files:begin_upload"),
            "data-finish": reverse_lazy("files:finish_upload"),
        }
        super().__init__(
            label=label, required=required, help_text=help_text or kind.hint, allow_empty_file=True, widget=UploadInput(attrs=attrs)
        )

    def to_python(self, data: Any) -> Any:
        """Return what came ahead as it is."""
        return data if isinstance(data, Ahead) else super().to_python(data)

    def bound_data(self, data: Any, initial: Any) -> Any:
        """Return what the form was sent."""
        return data if isinstance(data, Ahead) else super().bound_data(data, initial)
