"""The form of a circular."""

from django import forms
from django.utils.translation import gettext_lazy as _

from yanxiu.notices.actions import BODY, TITLE, Audience


class CircularForm(forms.Form):
    """What an office writes above its figures."""

    title = forms.CharField(label=_("标题"), max_length=TITLE)
    body = forms.CharField(label=_("正文"), max_length=BODY, widget=forms.Textarea, help_text=_("数字在下面的附表里，不用抄"))
    audience = forms.ChoiceField(
        label=_("发给"),
        choices=[(Audience.ADMINISTRATORS.value, _("下面各单位的管理员")), (Audience.PARTICIPANTS.value, _("全体参训教师"))],
        widget=forms.RadioSelect,
        initial=Audience.ADMINISTRATORS.value,
    )
