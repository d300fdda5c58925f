"""What is sent with tests, homework, marks and observations."""

from collections.abc import Mapping
from typing import Any, Self

from django import forms
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from yanxiu.assessment import sheets
from yanxiu.assessment.models import Observation
from yanxiu.files.kinds import Kind
from yanxiu.kit.errors import Invalid

MOST_QUESTIONS = 500


def answers_in(sent: MultiValueDict[str, str]) -> dict[int, list[int]]:
    """Read the answers of a paper: `asked` names the questions sent, `q3` the positions chosen in the third; none = taken back.

    Raises Invalid, with the question, for what no page of ours sends.
    """
    numbers = sent.getlist("asked")
    if len(numbers) > MOST_QUESTIONS:
        raise Invalid(_("一次送来的题太多，没有存。请刷新后再答。"))
    return {_whole(number, place=_("题号")): _positions(sent, number) for number in numbers}


def _positions(sent: MultiValueDict[str, str], number: str) -> list[int]:
    place = _("第 %(number)s 题") % {"number": number[:6]}
    return [_whole(raw, place=place) for raw in sent.getlist(f"q{number}")[:50]]


def _whole(raw: str, *, place: str) -> int:
    if not (raw.isascii() and raw.isdigit() and len(raw) <= 4):
        raise Invalid(_("%(place)s的答案读不出来，没有存。请刷新后重新选。") % {"place": place})
    return int(raw)


class DraftForm(forms.Form):
    """A form that keeps itself: anything may be lacking while it is saved, so nothing is required of what comes in."""

    use_required_attribute = False

    def asking(self, *names: str) -> Self:
        """Show the named fields as required, all when none is named; for rendering only, after validation."""
        for name, field in self.fields.items():
            field.required = not names or name in names
        return self


class HomeworkForm(DraftForm):
    """The text of a homework; how long it must be is the task's matter."""

    text = forms.CharField(label=gettext_lazy("正文"), widget=forms.Textarea, required=False, strip=False)


class AttachForm(forms.Form):
    """A file for a homework."""

    file = forms.FileField(
        label=gettext_lazy("附件"), help_text=Kind.ATTACHMENT.hint, widget=forms.FileInput(attrs={"accept": Kind.ATTACHMENT.accept})
    )


class AcceptForm(forms.Form):
    """A passing score and a comment."""

    score = forms.DecimalField(label=gettext_lazy("分数"), widget=forms.NumberInput(attrs={"inputmode": "decimal", "step": "any"}))
    comment = forms.CharField(label=gettext_lazy("评语"), widget=forms.Textarea, required=False)


class ReturnForm(forms.Form):
    """Why a homework goes back."""

    reason = forms.CharField(label=gettext_lazy("退回的原因和怎样改"), widget=forms.Textarea)


class ObservationForm(DraftForm):
    """The sheet of a rubric, one choice a dimension, and the report."""

    def __init__(self, data: Any = None, *, dimensions: sheets.Dimensions, **more: Any) -> None:
        super().__init__(data, **more)
        for dimension in dimensions:
            choices = [(str(index), _level_words(level)) for index, level in enumerate(dimension.levels)]
            self.fields[f"level_{dimension.key}"] = forms.ChoiceField(
                label=dimension.label, help_text=dimension.looks_at, choices=choices, widget=forms.RadioSelect, required=False
            )
        self.fields["report"] = forms.CharField(label=_("观课报告"), widget=forms.Textarea, required=False, strip=False)

    @staticmethod
    def initial_of(observation: Observation | None) -> dict[str, object]:
        """Return what was saved as the form shows it."""
        if observation is None:
            return {}
        return {"report": observation.report, **{f"level_{key}": str(index) for key, index in observation.levels.items()}}

    def levels(self) -> dict[str, int]:
        """Return the chosen level of each dimension that has one."""
        return _levels(self.cleaned_data)


def _levels(cleaned: Mapping[str, str]) -> dict[str, int]:
    return {name.removeprefix("level_"): int(raw) for name, raw in cleaned.items() if name.startswith("level_") and raw}


def _level_words(level: sheets.Level) -> str:
    words = _("%(label)s %(points)s 分") % {"label": level.label, "points": f"{level.points:f}"}
    return f"{words}：{level.describes}" if level.describes else words
