"""What is sent with tests, homework, marks and observations."""

from collections.abc import Mapping
from typing import Any, Self

from django import forms
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from yanxiu.assessment import parts, sheets
from yanxiu.assessment.models import Observation, RubricUse
from yanxiu.catalogue import content
from yanxiu.catalogue.content.steps import Part
from yanxiu.files.fields import UploadField
from yanxiu.kit.errors import Invalid

MOST_QUESTIONS = 500
_COMMENT = gettext_lazy("评语")


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
    if not (raw.isascii() and raw.isdecimal() and len(raw) <= 4):
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
    """The words of a homework, a field for each text part; how long they must be is the task's matter."""

    def __init__(self, data: Any = None, *, asked: content.Homework, **more: Any) -> None:
        super().__init__(data, **more)
        self.parts = [part for part in asked.asked_parts if part.is_text]
        for part in self.parts:
            self.fields[part.key] = forms.CharField(label=part.label, widget=forms.Textarea, required=False, strip=False)
        self.asking(*[part.key for part in self.parts if part.is_required] or [""])

    @property
    def shown(self) -> list[tuple[forms.BoundField, Part]]:
        """The fields with what is asked of each."""
        return [(self[part.key], part) for part in self.parts]


class AttachForm(forms.Form):
    """A file for a part of a homework; large ones come in pieces before the form is sent."""

    def __init__(self, data: Any = None, files: Any = None, *, part: Part, **more: Any) -> None:
        super().__init__(data, files, auto_id=f"id_{part.key}_%s", **more)
        self.part = part
        self.fields["file"] = UploadField(parts.KINDS[part.kind], label=part.label)


class SheetForm(DraftForm):
    """A sheet to judge by: a level of each dimension of the rubric, or a score where there is none; and words."""

    needs_words = False

    def __init__(self, data: Any = None, *, dimensions: sheets.Dimensions, comment: Any = _COMMENT, **more: Any) -> None:
        super().__init__(data, **more)
        self.dimensions = dimensions
        for field in sheet_fields(dimensions).items():
            self.fields[field[0]] = field[1]
        if not dimensions:
            widget = forms.NumberInput(attrs={"inputmode": "decimal", "step": "any"})
            self.fields["score"] = forms.DecimalField(label=_("分数"), widget=widget, required=False)
        self.fields["comment"] = forms.CharField(label=comment, widget=forms.Textarea, required=False)

    @property
    def shown_levels(self) -> list[forms.BoundField]:
        """The fields of the dimensions, each shown as required; to be asked for after validation, like `asking`."""
        names = [f"level_{one.key}" for one in self.dimensions]
        self.asking(*names, "score", *(["comment"] if self.needs_words else []))
        return [self[name] for name in names]

    def judgement(self) -> dict[str, Any]:
        """Return what was judged, as the actions take it."""
        given = self.cleaned_data
        return {"levels": _levels(given), "score": given.get("score"), "comment": given["comment"]}


class ReturnForm(forms.Form):
    """Why a homework goes back."""

    reason = forms.CharField(label=gettext_lazy("退回的原因和怎样改"), widget=forms.Textarea)


class ReplyForm(forms.Form):
    """The author's answer to a review."""

    reply = forms.CharField(label=gettext_lazy("答复"), widget=forms.Textarea)


class ReviewForm(SheetForm):
    """A review by a peer: nothing without words."""

    needs_words = True


class CalibrationForm(ReviewForm):
    """A piece of known marks."""

    text = forms.CharField(
        label=gettext_lazy("样篇"), help_text=gettext_lazy("先隐去姓名和单位；可以从批过的作业里摘"), widget=forms.Textarea, required=False
    )


class RubricForm(DraftForm):
    """The head of a rubric; its dimensions are read from the names of their fields (`typed_dimensions`)."""

    title = forms.CharField(label=gettext_lazy("名称"), max_length=120, required=False)
    use = forms.ChoiceField(
        label=gettext_lazy("用来评"), help_text=gettext_lazy("主持人、校本、单位考评的，满分要正好 100"), choices=RubricUse.choices,
        required=False,
    )  # fmt: skip
    guide = forms.CharField(
        label=gettext_lazy("说明"),
        help_text=gettext_lazy("怎样看、怎样给分；观课评课的写在报告里要有什么"),
        widget=forms.Textarea,
        required=False,
    )
    min_characters = forms.IntegerField(
        label=gettext_lazy("观课报告至少几字"), help_text=gettext_lazy("只管观课评课，方案另有规定的按方案"), min_value=0, max_value=20_000,
        required=False,
    )  # fmt: skip


def typed_dimensions(sent: MultiValueDict[str, str]) -> list[dict[str, Any]]:
    """Read the dimensions of the editor: `key` names each, its fields end with it."""
    return [
        {
            "key": key,
            "label": sent.get(f"label_{key}", ""),
            "looks_at": sent.get(f"looks_at_{key}", ""),
            "levels": sent.get(f"levels_{key}", ""),
            "evidence": sent.getlist(f"evidence_{key}"),
        }
        for key in sent.getlist("key")[: sheets.MOST_DIMENSIONS]
    ]


class ObservationForm(DraftForm):
    """The sheet of a rubric, one choice a dimension, and the report."""

    def __init__(self, data: Any = None, *, dimensions: sheets.Dimensions, **more: Any) -> None:
        super().__init__(data, **more)
        for field in sheet_fields(dimensions).items():
            self.fields[field[0]] = field[1]
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


def sheet_fields(dimensions: sheets.Dimensions) -> dict[str, forms.Field]:
    """Return a choice of levels for each dimension of a rubric, named `level_` and the dimension's key."""
    fields: dict[str, forms.Field] = {}
    for dimension in dimensions:
        choices = [(str(index), _level_words(level)) for index, level in enumerate(dimension.levels)]
        hint = dimension.looks_at
        if dimension.evidence:
            hint = "；".join(part for part in (hint, _("看%(evidence)s") % {"evidence": dimension.evidence_words}) if part)
        fields[f"level_{dimension.key}"] = forms.ChoiceField(
            label=dimension.label, help_text=hint, choices=choices, widget=forms.RadioSelect, required=False
        )
    return fields


def _levels(cleaned: Mapping[str, str]) -> dict[str, int]:
    return {name.removeprefix("level_"): int(raw) for name, raw in cleaned.items() if name.startswith("level_") and raw}


def _level_words(level: sheets.Level) -> str:
    words = _("%(label)s %(points)s 分") % {"label": level.label, "points": f"{level.points:f}"}
    return f"{words}：{level.describes}" if level.describes else words
