"""The form of a notice."""

from django import forms
from django.utils.translation import gettext_lazy as _

from yanxiu.notices.actions.issuing import BODY, TITLE, Audience


class IssueForm(forms.Form):
    """What an office writes to people below it."""

    title = forms.CharField(label=_("标题"), max_length=TITLE)
    body = forms.CharField(label=_("正文"), max_length=BODY, widget=forms.Textarea, help_text=_("空一行另起一段"))
    audience = forms.ChoiceField(
        label=_("发给"),
        choices=[
            (Audience.EVERYBODY.value, _("本单位及下级的所有人")),
            (Audience.ADMINISTRATORS.value, _("下面各单位的管理员")),
        ],
        widget=forms.RadioSelect,
        initial=Audience.EVERYBODY.value,
    )
