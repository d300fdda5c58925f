"""What is asked at the door and about persons. Passwords are taken exactly as typed (AU-14)."""

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from yanxiu.orgs.models import Stage
from yanxiu.orgs.queries import subjects_of
from yanxiu.people.models import IdentityKind, Teaching

ROSTER_BYTES = 20 * 1024 * 1024
_TEACHINGS = ("main", "second", "third")


class PasswordField(forms.CharField):
    """A password, neither trimmed nor limited here: the domain judges it."""

    def __init__(self, *, label: Any, autocomplete: str, help_text: Any = "") -> None:
        widget = forms.PasswordInput(attrs={"autocomplete": autocomplete})
        super().__init__(label=label, help_text=help_text, strip=False, widget=widget, error_messages={"required": _("请填写密码。")})
        self.validators = []


class SignInForm(forms.Form):
    """Account, identity number or mobile number, and password."""

    typed = forms.CharField(
        label=_("账号"), help_text=_("账号、身份证号或手机号"), max_length=200,
        widget=forms.TextInput(attrs={"autocomplete": "username", "autocapitalize": "none", "spellcheck": "false"}),
    )  # fmt: skip
    password = PasswordField(label=_("密码"), autocomplete="current-password")


class CodeForm(forms.Form):
    """An activation code; with the account and name unless they are known already."""

    typed = forms.CharField(
        label=_("账号或身份证号"), help_text=_("账号印在激活条上"), max_length=200,
        widget=forms.TextInput(attrs={"autocomplete": "username", "autocapitalize": "none", "spellcheck": "false"}),
    )  # fmt: skip
    name = forms.CharField(label=_("姓名"), max_length=200, widget=forms.TextInput(attrs={"autocomplete": "name"}))
    code = forms.CharField(
        label=_("激活码"), help_text=_("12 位，形如 7K2M-9QXD-04RT，大小写都行"), max_length=100,
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "autocapitalize": "characters", "spellcheck": "false"}),
    )  # fmt: skip

    def __init__(self, data: Any = None, *, is_known: bool = False, **given: Any) -> None:
        super().__init__(data, **given)
        if is_known:
            del self.fields["typed"], self.fields["name"]


class NewPasswordForm(forms.Form):
    """A new password, twice."""

    password = PasswordField(
        label=_("新密码"), autocomplete="new-password",
        help_text=_("至少 10 个字符，含大写、小写、数字、符号中的三种；14 个字符以上不限种类。不能含姓名、拼音或证件号"),
    )  # fmt: skip
    again = PasswordField(label=_("再输一遍新密码"), autocomplete="new-password")

    def clean(self) -> dict[str, Any]:
        """Refuse two different passwords."""
        cleaned: dict[str, Any] = super().clean() or {}
        if "password" in cleaned and "again" in cleaned and cleaned["password"] != cleaned["again"]:
            self.add_error("again", _("两遍输的不一样，请再输一遍。"))
        return cleaned


class ChangePasswordForm(NewPasswordForm):
    """The present password and a new one."""

    old = PasswordField(label=_("现在的密码"), autocomplete="current-password")
    field_order = ("old", "password", "again")


class TeachingsForm(forms.Form):
    """What a person teaches: the main stage and subject, and up to two more."""

    main = forms.ChoiceField(label=_("主教学段和学科"), help_text=_("必修课按它推送，可以以后再改"), choices=[])
    second = forms.ChoiceField(label=_("兼教"), required=False, choices=[])
    third = forms.ChoiceField(label=_("再兼教"), required=False, choices=[])

    def __init__(self, *args: Any, **given: Any) -> None:
        super().__init__(*args, **given)
        for name in _TEACHINGS:
            self.fields[name].choices = [("", _("请选择") if name == "main" else _("没有")), *_choices()]  # type: ignore[attr-defined]

    def teachings(self) -> list[tuple[str, str]]:
        """Return the chosen (stage, subject) pairs, the main one first."""
        chosen = [self.cleaned_data.get(name, "") for name in _TEACHINGS]
        return [(one.split("|")[0], one.split("|")[1]) for one in chosen if one]

    @staticmethod
    def initial_of(teachings: Sequence[Teaching]) -> dict[str, str]:
        """Return what the form shows for present teachings."""
        return {name: f"{row.stage}|{row.subject}" for name, row in zip(_TEACHINGS, teachings, strict=False)}


class MobileForm(forms.Form):
    """One's own mobile number."""

    mobile = forms.CharField(
        label=_("手机号"), required=False, max_length=40, help_text=_("可以用来登录；页面上只显示前三位和后四位"),
        widget=forms.TextInput(attrs={"autocomplete": "tel", "inputmode": "tel"}),
    )  # fmt: skip


class FirstPasswordForm(MobileForm, TeachingsForm, NewPasswordForm):
    """The page of the first entry: password, stage and subject, phone."""

    field_order = ("password", "again", "main", "second", "third", "mobile")

    def __init__(self, *args: Any, asks_teachings: bool, **given: Any) -> None:
        super().__init__(*args, **given)
        if not asks_teachings:
            for name in _TEACHINGS:
                del self.fields[name]
        else:
            del self.fields["third"]


class RegisterForm(MobileForm, TeachingsForm):
    """A teacher to be registered by hand."""

    name = forms.CharField(label=_("姓名"), max_length=200, help_text=_("和证件一致，少数民族姓名的点写作“·”"))
    identity_kind = forms.ChoiceField(label=_("证件类型"), choices=IdentityKind.choices, initial=IdentityKind.RESIDENT)
    identity = forms.CharField(label=_("证件号"), max_length=60)
    staff_number = forms.CharField(label=_("教师编号"), max_length=40, required=False)
    field_order = ("name", "identity_kind", "identity", "staff_number", "main", "second", "third", "mobile")

    def __init__(self, *args: Any, **given: Any) -> None:
        super().__init__(*args, **given)
        self.fields["main"].required = False
        del self.fields["third"]


class CorrectForm(forms.Form):
    """What was registered wrongly; an empty identity number stays as it is."""

    name = forms.CharField(label=_("姓名"), max_length=200)
    identity_kind = forms.ChoiceField(label=_("证件类型"), choices=IdentityKind.choices)
    identity = forms.CharField(label=_("新证件号"), max_length=60, required=False, help_text=_("不改就空着；改了以后，还没用的激活码作废"))
    staff_number = forms.CharField(label=_("教师编号"), max_length=40, required=False)
    reason = forms.CharField(label=_("更正的理由"), max_length=200, help_text=_("如“身份证号抄错一位，已核对原件”"))


class TransferForm(forms.Form):
    """Since when a person works at the new unit."""

    on = forms.DateField(label=_("调入日期"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))


class RosterForm(forms.Form):
    """A roster to be read."""

    file = forms.FileField(
        label=_("名册文件"), help_text=_(".xlsx 或 .csv，最大 20 MB；第一行或前几行里要有表头"), allow_empty_file=True,
        widget=forms.ClearableFileInput(attrs={"accept": ".xlsx,.csv"}), error_messages={"required": _("还没有选文件。")},
    )  # fmt: skip

    def clean_file(self) -> Any:
        """Refuse by size before anything is read."""
        file = self.cleaned_data["file"]
        if (file.size or 0) > ROSTER_BYTES:
            raise forms.ValidationError(_("文件超过 20 MB。请去掉图片和没用的列，或分成几份再传。"))
        return file


class ReasonForm(forms.Form):
    """Why."""

    reason = forms.CharField(label=_("理由"), max_length=200, help_text=_("4—200 个字，会记进审计"))


@lru_cache(maxsize=1)
def _choices() -> list[tuple[str, list[tuple[str, str]]]]:
    return [(stage.label, [(f"{stage.value}|{name}", f"{stage.label} {name}") for name in subjects_of(stage)]) for stage in Stage]
