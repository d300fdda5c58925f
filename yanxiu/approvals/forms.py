"""What a decision consists of."""

from typing import Any, cast

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from yanxiu.approvals.models import Chain, StepState
from yanxiu.kit.text import plain

VERDICTS = ((StepState.APPROVED, _("同意")), (StepState.RETURNED, _("退回补正")), (StepState.REFUSED, _("不同意")))


class DecisionForm(forms.Form):
    """A verdict about the step that was looked at, and the opinion: typed, or one of the phrases offered."""

    step = forms.IntegerField(required=False, min_value=1, max_value=2**62, widget=forms.HiddenInput)
    verdict = forms.ChoiceField(choices=VERDICTS, error_messages={"invalid_choice": _("请选同意、退回补正或不同意。")})
    phrase = forms.CharField(max_length=200, required=False)
    opinion = forms.CharField(
        max_length=500, required=False, label=_("审核意见"), widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("退回和不同意要写原因，送审的人照着改"),
    )  # fmt: skip

    def said(self) -> str:
        """Return what was typed, else the phrase."""
        return plain(self.cleaned_data["opinion"]) or plain(self.cleaned_data["phrase"])


class ManyForm(DecisionForm):
    """A decision about many chains, out of those that the actor sees."""

    chain = forms.ModelMultipleChoiceField(queryset=Chain.objects.none(), required=False)

    def __init__(self, *arguments: Any, chains: QuerySet[Chain], **named: Any) -> None:
        super().__init__(*arguments, **named)
        cast("Any", self.fields["chain"]).queryset = chains.order_by("pk")
