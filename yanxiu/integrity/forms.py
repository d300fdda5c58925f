"""What is asked about signals and inquiries."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from django import forms
from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from yanxiu.files.kinds import Kind
from yanxiu.integrity import rules
from yanxiu.integrity.models import Finding, Outcome, PublicKind, TextKind, WordAction
from yanxiu.integrity.queries import Countable
from yanxiu.kit.components.wording import day, number


class ManyFiles(forms.FileInput):
    """A control that takes several files; the view reads them all, the field checks that something came."""

    allow_multiple_selected = True

    def value_from_datadict(self, data: Any, files: Any, name: str) -> Any:  # noqa: ARG002 - Django's signature
        return files.get(name)


class DismissForm(forms.Form):
    """Why signals are set aside."""

    reason = forms.CharField(
        label=_("理由"), widget=forms.Textarea, required=False, help_text=_("不构成时必填，例如：机房轮流使用，与课表相符")
    )


class AskForm(forms.Form):
    """What the teacher is to explain, and until when."""

    question = forms.CharField(
        label=_("请教师说明的情况"), widget=forms.Textarea, help_text=_("写清哪一天、看到了什么、想知道什么。只说情况，不下结论")
    )
    days = forms.IntegerField(label=_("几天内答复"), initial=rules.ANSWER_DAYS)


class AnswerForm(forms.Form):
    """What the teacher says."""

    text = forms.CharField(
        label=_("当时的情况"), widget=forms.Textarea, help_text=_("在哪里、用什么设备、和谁一起；有课表、签到表可以附上")
    )
    uploads = forms.FileField(
        label=_("附件"),
        required=False,
        allow_empty_file=True,
        help_text=Kind.ATTACHMENT.hint,
        widget=ManyFiles(attrs={"accept": Kind.ATTACHMENT.accept}),
    )


class CommentForm(forms.Form):
    """What the school says."""

    text = forms.CharField(label=_("学校说明"), widget=forms.Textarea, help_text=_("学校知道的情况，例如机房安排、集中研修"))


class DecideForm(forms.Form):
    """The decision, with the records that do not count by it."""

    finding = forms.ChoiceField(label=_("决定"), choices=Finding.choices, widget=forms.RadioSelect)
    records = forms.MultipleChoiceField(
        label=_("不计学时的记录"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("只在“所列记录不计学时”时勾选，逐条列明"),
    )
    reason = forms.CharField(label=_("理由"), widget=forms.Textarea, help_text=_("依据哪些情况，采信或不采信哪些说明。教师会看到全文"))

    def __init__(self, data: Any = None, *, countable: Sequence[Countable]) -> None:
        super().__init__(data)
        self.countable = countable
        self.fields["records"].choices = [  # type: ignore[attr-defined]
            (str(one.id), f"{one.label}，{day(one.done_at)}，{number(one.hours)} 学时") for one in countable
        ]


class AppealForm(forms.Form):
    """Why a decision or a measure is objected to."""

    reason = forms.CharField(label=_("申诉理由"), widget=forms.Textarea, help_text=_("写清哪里与事实不符，有凭据更好"))


class HearForm(forms.Form):
    """What the next office up decides: one of the outcomes of this kind of appeal."""

    outcome = forms.ChoiceField(label=_("申诉决定"), widget=forms.RadioSelect)
    opinion = forms.CharField(label=_("意见"), widget=forms.Textarea, help_text=_("本人会看到全文"))

    def __init__(self, data: Any = None, *, outcomes: type[TextChoices] = Outcome) -> None:
        super().__init__(data)
        self.fields["outcome"].choices = outcomes.choices  # type: ignore[attr-defined]  # a choice field


class PublicTextForm(forms.Form):
    """A text that everybody may use."""

    title = forms.CharField(label=_("题名"), max_length=120, help_text=_("文件的全称，例如：义务教育课程方案（2022 年版）"))
    kind = forms.ChoiceField(label=_("种类"), choices=PublicKind.choices)
    body = forms.CharField(label=_("正文"), widget=forms.Textarea, required=False, help_text=_("贴进全文或要用的段落；有文件就不用贴"))
    file = forms.FileField(
        label=_("文件"), required=False, allow_empty_file=True, help_text=_("DOCX、PPTX、PDF，只读文字，不存文件"),
        widget=forms.FileInput(attrs={"accept": ".docx,.pptx,.pdf"}),
    )  # fmt: skip


class ThresholdsForm(forms.Form):
    """From which share on texts of each kind are noticed, in per cent."""

    def __init__(self, data: Any = None, *, shares: Mapping[str, Decimal | float]) -> None:
        super().__init__(data)
        for kind, label in TextKind.choices:
            self.fields[kind] = forms.IntegerField(
                label=f"{label}（%）", initial=round(shares[kind] * 100), min_value=5, max_value=100,
                error_messages={"invalid": _("填整数，例如 30"), "min_value": _("最低 5"), "max_value": _("最高 100")},
            )  # fmt: skip

    @property
    def shares(self) -> dict[TextKind, Decimal]:
        """Return what was sent as shares."""
        return {TextKind(kind): Decimal(self.cleaned_data[kind]) / 100 for kind in TextKind.values}


class PackForm(forms.Form):
    """A pack of words; one to a line."""

    title = forms.CharField(label=_("词库名"), max_length=60)
    action = forms.ChoiceField(label=_("有这些词的发言"), choices=WordAction.choices, widget=forms.RadioSelect, initial=WordAction.HOLD)
    words = forms.CharField(
        label=_("词"), widget=forms.Textarea, help_text=_("一行一个，2—20 个字。全角、繁体、夹空格和符号的写法自动认得，不用另写")
    )
    sounds = forms.CharField(
        label=_("谐音和拆字"), widget=forms.Textarea, required=False, help_text=_("一行一个，写成“写法=原字”，例如：薇=微、威信=微信")
    )
    exceptions = forms.CharField(
        label=_("例外"), widget=forms.Textarea, required=False,
        help_text=_("出现在这些词句里的不算，例如：反邪教。对上级词库的词也有效，只管本单位和下级"),
    )  # fmt: skip
    is_active = forms.BooleanField(label=_("启用"), required=False, initial=True)


class TryForm(forms.Form):
    """A text to be tried against the packs in force; nothing is kept."""

    text = forms.CharField(label=_("试一段话"), widget=forms.Textarea, max_length=20_000)
