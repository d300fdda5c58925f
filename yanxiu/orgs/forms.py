"""What is asked about units."""

from django import forms
from django.utils.translation import gettext_lazy as _

from yanxiu.orgs.models import Kind, Stage

KINDS = [(kind.value, kind.label) for kind in (Kind.SCHOOL, Kind.INSTITUTION, Kind.POINT, Kind.ZONE)]


class UnitForm(forms.Form):
    """A unit to be registered."""

    name = forms.CharField(label=_("全称"), max_length=100)
    kind = forms.ChoiceField(label=_("是什么单位"), choices=KINDS)
    code = forms.CharField(label=_("单位代码"), max_length=20, required=False, help_text=_("学校填 10 位学校标识码"))
    stages = forms.MultipleChoiceField(label=_("学段"), choices=Stage.choices, required=False, widget=forms.CheckboxSelectMultiple)
    is_private = forms.BooleanField(label=_("民办"), required=False)


class RenameForm(forms.Form):
    """The new name of a unit."""

    name = forms.CharField(label=_("新的全称"), max_length=100)
