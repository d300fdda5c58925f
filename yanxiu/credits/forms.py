"""Forms of the ledger's pages."""

from django import forms
from django.utils.translation import gettext_lazy as _


class ReasonForm(forms.Form):
    """Why something is taken back."""

    reason = forms.CharField(label=_("原因"), max_length=300, min_length=2, help_text=_("会写进台账，例如：重复登记，见某号文"))


class CodeForm(forms.Form):
    """The number of a certificate as somebody reads it off the paper."""

    number = forms.CharField(label=_("证书编号"), max_length=200, help_text=_("在证书左下角，例如 2026-K7M2-9QXH-4TBN-C8WP-2RJD"))
