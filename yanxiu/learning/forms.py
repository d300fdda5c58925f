"""Forms of study."""

from django import forms
from django.utils.translation import gettext_lazy as _

from yanxiu.files.kinds import Kind


class PostForm(forms.Form):
    """A contribution to a discussion."""

    text = forms.CharField(label=_("我的发言"), widget=forms.Textarea(attrs={"maxlength": 4000}), strip=False)


class ReportForm(forms.Form):
    """What was done, and when."""

    held_on = forms.DateField(label=_("活动日期"), widget=forms.DateInput(attrs={"type": "date"}), required=False)
    text = forms.CharField(label=_("活动过程"), widget=forms.Textarea, required=False, strip=False)


class PhotoForm(forms.Form):
    """A photo of an activity."""

    file = forms.FileField(label=_("活动照片"), help_text=Kind.IMAGE.hint, widget=forms.FileInput(attrs={"accept": Kind.IMAGE.accept}))


class ReturnForm(forms.Form):
    """Why a report goes back."""

    remark = forms.CharField(label=_("退回的原因和怎样补"), widget=forms.Textarea)
