"""What is asked about plans of study."""

from collections.abc import Iterable

from django import forms
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext_lazy as _

from yanxiu.fieldwork.models import PlanLevel
from yanxiu.fieldwork.planning import FIELDS, MOST_GOALS
from yanxiu.orgs.models import Org, Stage
from yanxiu.programmes.models import Programme


class PlanHeadForm(forms.Form):
    """The head of a plan; days stay as typed, the draft says what is wrong with them."""

    title = forms.CharField(label=_("计划名称"), max_length=120)
    goals = forms.CharField(
        label=_("目标"), max_length=MOST_GOALS, widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("想解决什么问题，做到什么程度"),
    )  # fmt: skip
    starts_on = forms.CharField(label=_("从"), max_length=20, required=False, widget=forms.DateInput(attrs={"type": "date"}))
    ends_on = forms.CharField(label=_("到"), max_length=20, required=False, widget=forms.DateInput(attrs={"type": "date"}))


class UnitPlanForm(forms.Form):
    """Whose plan is begun: the school's, or one of its groups'."""

    level = forms.ChoiceField(label=_("哪一级"), choices=[(PlanLevel.SCHOOL, _("学校计划")), (PlanLevel.GROUP, _("学科组计划"))])
    programme = forms.ChoiceField(label=_("哪个项目"))
    unit = forms.ChoiceField(label=_("单位"))
    group = forms.CharField(label=_("学科组名称"), max_length=40, required=False, help_text=_("例如：初中数学组"))
    stage = forms.ChoiceField(label=_("组员学段"), choices=[("", _("全部学段")), *Stage.choices], required=False)
    subject = forms.CharField(label=_("组员学科"), max_length=30, required=False, help_text=_("填了学科，只有这门学科的老师算组员"))

    def __init__(self, data: object = None, *, programmes: Iterable[Programme], units: Iterable[Org], is_group_only: bool = False) -> None:
        super().__init__(data)  # type: ignore[arg-type]  # a QueryDict
        self.programmes = {str(one.pk): one for one in programmes}
        self.units = {str(one.pk): one for one in units}
        self.fields["programme"].choices = [(key, one.title) for key, one in self.programmes.items()]  # type: ignore[attr-defined]
        self.fields["unit"].choices = [(key, one.name) for key, one in self.units.items()]  # type: ignore[attr-defined]
        if is_group_only:
            self.fields["level"].choices = [(PlanLevel.GROUP, _("学科组计划"))]  # type: ignore[attr-defined]
        if len(self.units) == 1:
            self.fields["unit"].widget = forms.HiddenInput()
            self.initial["unit"] = next(iter(self.units))


class SummaryForm(forms.Form):
    """What came of a plan."""

    summary = forms.CharField(label=_("小结"), max_length=4_000, widget=forms.Textarea(attrs={"rows": 4}))


def typed_items(posted: MultiValueDict[str, str]) -> dict[str, dict[str, str]]:
    """Return the items of the editor by key: fields are named `field_key`."""
    keys = posted.getlist("key")[:100]
    return {key: {name: str(posted[f"{name}_{key}"]) for name in FIELDS if f"{name}_{key}" in posted} for key in keys}
