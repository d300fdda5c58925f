"""The one form by which anything is reported."""

from django import forms
from django.utils.translation import gettext_lazy as _

from yanxiu.integrity.models import ReportReason


class ReportForm(forms.Form):
    """Why something is reported."""

    reason = forms.ChoiceField(label=_("是什么问题"), choices=ReportReason.choices, widget=forms.RadioSelect)
    words = forms.CharField(
        label=_("补充说明"), required=False, widget=forms.Textarea, max_length=500, help_text=_("选“其他”时必填。只有处理的人看得到")
    )
