"""What is asked when people are judged: the sheet, and by which rubric."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django import forms
from django.forms import BoundField

from yanxiu.assessment import sheets
from yanxiu.assessment.forms import SheetForm
from yanxiu.assessment.models import Rubric
from yanxiu.evaluation.actions import Filled
from yanxiu.evaluation.appraisals import Asked
from yanxiu.evaluation.models import Appraisal, AppraisalRule
from yanxiu.orgs.models import Org


class AppraisalForm(SheetForm):
    """A sheet: for each dimension a level and what it rests on; without a rubric a score, and a grade where the plan has grades."""

    def __init__(self, data: Any = None, *, asked: Asked, dimensions: sheets.Dimensions, **more: Any) -> None:
        super().__init__(data, dimensions=dimensions, comment="评语", **more)
        self.asked = asked
        self.fields["comment"].help_text = "被评的人看得到"
        for one in dimensions:
            if one.evidence or asked.wants_basis:
                label = f"依据：{one.evidence_words}" if one.evidence else "依据"
                self.fields[f"basis_{one.key}"] = forms.CharField(
                    label=label, widget=forms.Textarea, max_length=500, required=False, help_text="写明看到的材料、日期或原话"
                )
        if not dimensions and asked.grades:
            choices = [(grade, grade) for grade in asked.grades]
            self.fields["grade"] = forms.ChoiceField(label="等级", choices=choices, widget=forms.RadioSelect, required=False)
        if "score" in self.fields:
            self.fields["score"].help_text = "0 到 100，最多两位小数"

    @property
    def shown(self) -> list[tuple[BoundField, BoundField | None]]:
        """The fields of the dimensions, each with that of its basis, shown as required; without dimensions score and grade."""
        wanted = [f"level_{one.key}" for one in self.dimensions]
        if self.asked.wants_basis:
            wanted += [f"basis_{one.key}" for one in self.dimensions]
        self.asking(*wanted, "grade", "" if self.asked.is_decision else "score")
        if not self.dimensions:
            return [(self[name], None) for name in ("grade", "score") if name in self.fields]
        return [(self[f"level_{one.key}"], self._basis(one.key)) for one in self.dimensions]

    def _basis(self, key: str) -> BoundField | None:
        return self[f"basis_{key}"] if f"basis_{key}" in self.fields else None

    def filled(self) -> Filled:
        """Return what was filled in, as the actions take it."""
        given = self.cleaned_data
        judged = self.judgement()
        return Filled(
            levels=judged["levels"], score=judged["score"], comment=judged["comment"], grade=given.get("grade", ""),
            basis={name.removeprefix("basis_"): text for name, text in given.items() if name.startswith("basis_")},
        )  # fmt: skip

    @staticmethod
    def initial_of(draft: Appraisal | None) -> dict[str, object]:
        """Return what was saved as the form shows it."""
        if draft is None:
            return {}
        levels = {f"level_{key}": str(index) for key, index in draft.levels.items()}
        basis = {f"basis_{key}": text for key, text in draft.basis.items()}
        return {"score": draft.score, "grade": draft.grade, "comment": draft.comment, **levels, **basis}


class RuleForm(forms.Form):
    """By which rubric, from which points on which grade."""

    rubric = forms.ChoiceField(label="评价标准", widget=forms.RadioSelect, error_messages={"required": "请选一份评价标准。"})

    def __init__(
        self, data: Any = None, *, asked: Asked, org: Org, rubrics: Sequence[Rubric], rule: AppraisalRule | None, **more: Any
    ) -> None:
        initial = {"rubric": str(rule.rubric_id), **{f"line_{n}": line for n, line in enumerate(rule.lines)}} if rule else {}
        super().__init__(data, initial=initial, **more)
        self.asked, self.org, self.rubrics = asked, org, {str(one.pk): one for one in rubrics}
        self.fields["rubric"].choices = [(str(one.pk), _words(one)) for one in rubrics]  # type: ignore[attr-defined]
        for number, label in enumerate(asked.line_labels):
            self.fields[f"line_{number}"] = forms.DecimalField(
                label=f"{label}至少几分", max_digits=5, decimal_places=2, min_value=0, max_value=100,
                widget=forms.NumberInput(attrs={"inputmode": "decimal", "step": "any"}),
                error_messages={"required": f"请填“{label}”的最低分。", "invalid": f"“{label}”的最低分要是数字。"},
            )  # fmt: skip

    @property
    def lines(self) -> list[BoundField]:
        """The fields of the least points."""
        return [self[f"line_{number}"] for number in range(len(self.asked.line_labels))]

    @property
    def chosen(self) -> Rubric:
        """The chosen rubric."""
        return self.rubrics[self.cleaned_data["rubric"]]

    @property
    def least(self) -> list[Decimal]:
        """The least points, best grade first."""
        return [self.cleaned_data[f"line_{number}"] for number in range(len(self.asked.line_labels))]


def _words(rubric: Rubric) -> str:
    dimensions = sheets.read(rubric.dimensions)
    return f"{rubric.title} 第 {rubric.edition} 版，{len(dimensions)} 个维度，满分 {sheets.full(dimensions):f}（{rubric.owner.name}）"
