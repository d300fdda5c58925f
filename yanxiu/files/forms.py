"""What is asked before bytes come."""

from typing import Any

from django import forms

from yanxiu.files.kinds import LARGEST_BYTES, Kind, kind_of


class UploadForm(forms.Form):
    """What is to come: for which purpose, under which name, how many bytes, and what the browser knows of the file."""

    kind = forms.ChoiceField(choices=[(kind.code, kind.zh) for kind in Kind])
    name = forms.CharField(max_length=300)
    size = forms.IntegerField(min_value=0, max_value=64 * LARGEST_BYTES)
    mark = forms.CharField(max_length=100, required=False)

    def asked(self) -> dict[str, Any]:
        """Return it as `actions.begin_upload` takes it."""
        return {**self.cleaned_data, "kind": kind_of(self.cleaned_data["kind"])}
