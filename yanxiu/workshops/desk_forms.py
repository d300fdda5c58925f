"""Forms of the host's desk: praise, shares of work, what taking part is worth."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from yanxiu.workshops.actions import Worth
from yanxiu.workshops.models import PointRule
from yanxiu.workshops.worth import METRICS, PROPOSED


class PraiseForm(forms.Form):
    """Whom and for what; the same sentence may go to several."""

    person = forms.IntegerField(label=_("表扬谁"), min_value=1, max_value=2**62, widget=forms.HiddenInput)
    reason = forms.CharField(
        label=_("表扬什么"), max_length=200, widget=forms.TextInput(attrs={"placeholder": _("例如：把追问写成三级问题链，大家都用上了")})
    )


class ShareForm(forms.Form):
    """A host, and what she answers for."""

    person = forms.TypedChoiceField(label=_("主持人"), coerce=int)
    duty = forms.ChoiceField(label=_("任务"), required=False)
    group = forms.ChoiceField(label=_("小组"), required=False)
    words = forms.CharField(label=_("说明"), required=False, max_length=200)

    def __init__(self, *args: Any, hosts: list[tuple[int, str]], duties: list[tuple[str, str]], groups: list[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["person"].choices = hosts  # type: ignore[attr-defined]  # a choice field
        self.fields["duty"].choices = [("", _("不指定")), *duties]  # type: ignore[attr-defined]
        self.fields["group"].choices = [("", _("不指定")), *((one, one) for one in groups)]  # type: ignore[attr-defined]
        if not groups:
            del self.fields["group"]


class PointsForm(forms.Form):
    """A line for each metric: points, most a day, most altogether. An empty first figure is no rule."""

    def __init__(self, *args: Any, rules: Mapping[str, PointRule], propose: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for metric in METRICS:
            rule = rules.get(metric)
            proposed = PROPOSED[metric] if propose else ("", "")
            figures = (
                ("points", f"{rule.points.normalize():f}" if rule else proposed[0]),
                ("a_day", f"{rule.a_day.normalize():f}" if rule and rule.a_day else proposed[1]),
                ("at_most", f"{rule.at_most.normalize():f}" if rule and rule.at_most else ""),
            )
            for part, initial in figures:
                self.fields[f"{metric}.{part}"] = forms.DecimalField(
                    label=METRICS[metric], required=False, initial=initial or None, max_digits=8, decimal_places=2, min_value=Decimal(0),
                    widget=forms.NumberInput(attrs={"inputmode": "decimal", "step": "any"}),
                )  # fmt: skip

    def lines(self) -> list[dict[str, Any]]:
        """Return the lines for the page: the metric's word and its three fields."""
        return [
            {"label": label, "points": self[f"{key}.points"], "a_day": self[f"{key}.a_day"], "at_most": self[f"{key}.at_most"]}
            for key, label in METRICS.items()
        ]

    def worths(self) -> list[Worth]:
        """Return what was filled in, of the lines with points."""
        given = self.cleaned_data
        return [
            Worth(metric=key, points=given[f"{key}.points"], a_day=given[f"{key}.a_day"], at_most=given[f"{key}.at_most"])
            for key in METRICS
            if given[f"{key}.points"] is not None
        ]
