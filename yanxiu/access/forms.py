"""What is asked when somebody is appointed."""

from collections.abc import Sequence

from django import forms
from django.utils.translation import gettext_lazy as _

from yanxiu.access.roles import Role


class AppointForm(forms.Form):
    """Whom, to what, until when."""

    role = forms.ChoiceField(label=_("岗位"), choices=[])
    person = forms.ChoiceField(label=_("任命谁"), choices=[])
    title = forms.CharField(label=_("职务名称"), max_length=60, required=False, help_text=_("页面上显示的叫法，如“教科处主任”"))
    until_on = forms.DateField(
        label=_("任期到"), required=False, help_text=_("含当天；空着就是长期"), widget=forms.DateInput(attrs={"type": "date"})
    )

    def __init__(self, *args: object, roles: Sequence[Role], people: Sequence[tuple[int, str]], **given: object) -> None:
        super().__init__(*args, **given)  # type: ignore[arg-type]  # handed through
        self.fields["role"].choices = [(role.code, f"{role.label}：{role.zh_description}") for role in roles]  # type: ignore[attr-defined]
        self.fields["person"].choices = people  # type: ignore[attr-defined]
