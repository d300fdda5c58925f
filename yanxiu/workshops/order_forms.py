"""What is asked of those who keep order, who report and who appeal."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from yanxiu.integrity.models import MeasureKind, ReportReason

RULES = [("", _("按哪条规则")), *ReportReason.choices]
ON_POSTS = (
    (MeasureKind.HIDE, _("隐藏，只有作者和维持秩序的人看得到")),
    (MeasureKind.RETURN, _("退回作者修改，改好再看一次")),
    (MeasureKind.HOLD, _("转为待审，先不公开")),
    (MeasureKind.DELETE, _("删除，作者也看不到")),
    (MeasureKind.WARN, _("提醒作者，内容照留")),
)


class _Reasoned(forms.Form):
    rule = forms.ChoiceField(label=_("按哪条规则"), choices=ReportReason.choices)
    reason = forms.CharField(label=_("原因，本人会看到"), widget=forms.Textarea, max_length=300)


class MeasureForm(_Reasoned):
    """What to do about a post; `refer` hands it to the office beside that."""

    kind = forms.ChoiceField(label=_("怎么处理"), choices=ON_POSTS, widget=forms.RadioSelect, initial=MeasureKind.HIDE)
    refer = forms.BooleanField(
        label=_("同时移送上级核查"), required=False, help_text=_("不良言论、剽窃、粘贴评论查实后认定为研修事故，由上级办理")
    )
    field_order = ("kind", "rule", "reason", "refer")


class SilenceForm(_Reasoned):
    """Mute somebody for days, or send her out."""

    kind = forms.ChoiceField(
        label=_("怎么处理"), widget=forms.RadioSelect, initial=MeasureKind.MUTE,
        choices=((MeasureKind.MUTE, _("禁言，可以看不能发")), (MeasureKind.BAN, _("移出，退出席位，撤销前不能再申请"))),
    )  # fmt: skip
    days = forms.IntegerField(label=_("禁言几天"), required=False, initial=3, help_text=_("1—90 天，到期自动解除；移出不用填"))
    field_order = ("kind", "days", "rule", "reason")


class UndoForm(forms.Form):
    """Why a measure is undone."""

    reason = forms.CharField(label=_("撤销的原因，本人会看到"), max_length=300)


class ReviseForm(forms.Form):
    """A returned post, written anew."""

    title = forms.CharField(label=_("标题"), max_length=120, required=False)
    source = forms.CharField(label=_("内容"), widget=forms.Textarea, max_length=20_000)


class RulesForm(forms.Form):
    """By which rules posts wait in a space."""

    hold_first = forms.IntegerField(label=_("新成员的前几条发言先审"), help_text=_("0—20 条，0 是不审"), initial=0)
    hold_links = forms.BooleanField(label=_("带链接的先审"), required=False)
    hold_pictures = forms.BooleanField(label=_("带图片的先审"), required=False)
    uses_packs = forms.BooleanField(label=_("用平台和本单位的敏感词库"), required=False, initial=True)


class BatchForm(forms.Form):
    """What to do with the chosen; everything but letting through needs a rule and a reason."""

    do = forms.CharField()
    chosen = forms.TypedMultipleChoiceField(coerce=int, choices=())
    rule = forms.ChoiceField(choices=RULES, required=False)
    reason = forms.CharField(max_length=300, required=False)

    def __init__(self, data: Any = None, *, offered: Any = ()) -> None:
        super().__init__(data)
        self.fields["chosen"].choices = [(str(one), str(one)) for one in offered]  # type: ignore[attr-defined]
