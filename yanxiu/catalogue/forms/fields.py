"""Fields that several forms of the catalogue use."""

from collections.abc import Sequence
from typing import Any

from django import forms

from yanxiu.files.fields import UploadField
from yanxiu.files.kinds import Kind
from yanxiu.orgs.queries import subjects


def subject_choices() -> list[tuple[str, str]]:
    """Return the subjects as choices."""
    return [(name, name) for name in subjects()]


def file_field(kind: Kind, label: Any, *, required: bool = False) -> forms.FileField:
    """Return a field for one file of a kind, which large files come through in parts; what it holds is checked when it is stored."""
    return UploadField(kind, label=label, required=required)


class ManyFilesInput(forms.FileInput):
    """A file input that takes several."""

    allow_multiple_selected = True


class ManyFiles(forms.FileField):
    """Several files; `clean` returns them as a list."""

    def clean(self, data: Any, initial: Any = None) -> Any:
        """Check each file; an empty list when nothing was sent and nothing is required."""
        given: Sequence[Any] = data if isinstance(data, list | tuple) else [data] if data else []
        if not given:
            super().clean(None, initial)
            return []
        return [super(ManyFiles, self).clean(one, initial) for one in given]


def files_field(kind: Kind, label: Any, *, required: bool = False) -> ManyFiles:
    """Return a field for several files of a kind."""
    widget = ManyFilesInput(attrs={"accept": kind.accept})
    return ManyFiles(label=label, help_text=kind.hint, required=required, allow_empty_file=True, widget=widget)
