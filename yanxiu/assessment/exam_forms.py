"""The forms in which exams are set, widened and allowed for. Times are those of the site (Asia/Shanghai)."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext as _

from yanxiu.assessment.actions.exam_setup import Allowance, ExamFacts
from yanxiu.assessment.models import Exam, Paper, PartialCredit, Release, Reveal

_FORMATS = ["%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M", "%Y-%m-%dT%H:%M:%S"]


class ExamForm(forms.Form):
    """All of an exam. `papers` are the published ones, `assessments` (id, label) of the plan."""

    use_required_attribute = False

    def __init__(self, data: Any = None, *, papers: Sequence[Paper], assessments: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        self.papers = {str(paper.pk): paper for paper in papers}
        choices = [("", _("请选试卷")), *((str(one.pk), f"{one.title}（{_plain(one.points)} 分）") for one in papers)]
        self.fields["title"] = forms.CharField(label=_("考试名称"), max_length=120)
        self.fields["paper"] = forms.ChoiceField(label=_("试卷"), choices=choices, help_text=_("只列已发布的试卷"))
        self.fields["assessment"] = forms.ChoiceField(
            label=_("成绩记到方案的"), required=False, choices=[("", _("不记，只作练习")), *assessments]
        )  # fmt: skip
        self.fields["opens_at"] = _moment(_("开始"))
        self.fields["closes_at"] = _moment(_("结束"), _("到这一刻全部收卷，晚开始的时间就短"))
        self.fields["minutes"] = _whole(_("每次考多少分钟"), 90)
        self.fields["attempts"] = _whole(_("可考次数"), 1, _("取最高的一次"))
        self.fields["pass_score"] = forms.DecimalField(label=_("及格分（百分制）"), initial=60, max_digits=5, decimal_places=2)
        self.fields["partial"] = forms.ChoiceField(label=_("多选题漏选"), choices=PartialCredit.choices, initial=PartialCredit.NONE)
        self.fields["release"] = forms.ChoiceField(label=_("什么时候出分"), choices=Release.choices, initial=Release.BY_HAND)
        self.fields["reveal"] = forms.ChoiceField(label=_("出分后考生能看"), choices=Reveal.choices, initial=Reveal.RIGHT)
        self.fields["offline_minutes"] = _whole(_("断网还能答多少分钟"), 60, _("接上网后补交，最多 60 分钟"))
        self.fields["markers"] = forms.ChoiceField(
            label=_("主观题每题几人批"), choices=[("1", _("一人")), ("2", _("两人各批"))], initial="1"
        )
        self.fields["tolerance"] = forms.DecimalField(
            label=_("两人相差超过几分由第三人定"), initial=0, max_digits=5, decimal_places=2
        )  # fmt: skip
        self.fields["appeal_days"] = _whole(_("出分后几天内可申请复核"), 5)
        self.fields["notice"] = forms.CharField(label=_("考生须知"), required=False, max_length=4000, widget=forms.Textarea)

    def facts(self, *, resit_of: Exam | None = None) -> ExamFacts:
        """Return what was sent, after validation; of a resit with what it makes up for."""
        given = dict(self.cleaned_data)
        given["paper"] = self.papers[given["paper"]]
        given["markers"] = int(given["markers"])
        return ExamFacts(**given, resit_of=resit_of)

    @classmethod
    def for_resit(cls, exam: Exam) -> dict[str, Any]:
        """Return what is likely of a resit: all as it was but the times."""
        given = cls.of(exam) | {"title": (_("%(title)s补考") % {"title": exam.title})[:120], "attempts": 1}
        return {name: value for name, value in given.items() if name not in ("opens_at", "closes_at")}

    @staticmethod
    def of(exam: Exam) -> dict[str, Any]:
        """Return how an exam stands in its form."""
        names = ("title", "assessment", "minutes", "attempts", "pass_score", "partial", "release", "reveal", "offline_minutes", "tolerance",
                 "appeal_days", "notice", "opens_at", "closes_at")  # fmt: skip
        return {name: getattr(exam, name) for name in names} | {"paper": str(exam.paper_id), "markers": str(exam.markers)}


class ExtendForm(forms.Form):
    """More for all candidates of an announced exam."""

    use_required_attribute = False

    def __init__(self, data: Any = None, **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        self.fields["closes_at"] = _moment(_("结束"))
        self.fields["minutes"] = _whole(_("每次考多少分钟"), 90)
        self.fields["attempts"] = _whole(_("可考次数"), 1)
        self.fields["reason"] = forms.CharField(label=_("为什么放宽"), max_length=200, help_text=_("考生会看到"))


class AllowForm(forms.Form):
    """More for one candidate."""

    use_required_attribute = False

    def __init__(self, data: Any = None, **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        self.fields["extra_minutes"] = _whole(_("加时（分钟）"), 0)
        self.fields["extra_attempts"] = _whole(_("加考次数"), 0)
        self.fields["closes_at"] = _moment(_("另定结束时间"), required=False)
        self.fields["reason"] = forms.CharField(label=_("为什么"), max_length=200, help_text=_("如 视力障碍、补考"))

    def allowance(self) -> Allowance:
        """Return what was sent, after validation."""
        return Allowance(**self.cleaned_data)


def _plain(points: Decimal | None) -> str:
    return f"{(points or Decimal(0)).normalize():f}"


def _moment(label: str, hint: str = "", *, required: bool = True) -> forms.DateTimeField:
    widget = forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
    return forms.DateTimeField(label=label, help_text=hint, required=required, widget=widget, input_formats=_FORMATS)


def _whole(label: str, initial: int, hint: str = "") -> forms.IntegerField:
    return forms.IntegerField(label=label, initial=initial, help_text=hint, min_value=0, max_value=10_000)
