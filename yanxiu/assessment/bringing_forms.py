"""What is asked when questions come from a file."""

from collections.abc import Sequence

from django import forms
from django.utils.translation import gettext_lazy as _

from yanxiu.files.fields import UploadField
from yanxiu.files.kinds import Kind
from yanxiu.orgs.models import Stage
from yanxiu.orgs.queries import subjects

_FILE_SAYS = ("", _("按文件里写的"))


class BringForm(forms.Form):
    """A question file, and what holds for questions that do not say it themselves."""

    file = UploadField(Kind.QUESTIONS, label=_("题目文件"), required=True)
    stage = forms.ChoiceField(label=_("学段"), required=False, choices=[_FILE_SAYS, *Stage.choices])
    subject = forms.ChoiceField(label=_("学科"), required=False)
    point = forms.ChoiceField(label=_("知识点"), required=False)

    def __init__(self, *args: object, points: Sequence[tuple[int, str]], **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.fields["subject"] = forms.ChoiceField(
            label=_("学科"), required=False, choices=[_FILE_SAYS, *((name, name) for name in subjects())]
        )
        choices = [_FILE_SAYS, *((str(key), path) for key, path in points)]
        self.fields["point"] = forms.ChoiceField(label=_("知识点"), required=False, choices=choices)
