"""What is asked about cases and in guidance downward. The actions judge; forms only take apart."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from django import forms
from django.utils.translation import gettext_lazy as _

from yanxiu.kit import clock
from yanxiu.workshops.models import CaseTheme, FollowStage, VisitKind

_DAY = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class ThemeForm(forms.Form):
    """A theme; its days are Shanghai days, the last included."""

    title = forms.CharField(label=_("主题"), max_length=120, help_text=_("扣住一个热点难点问题，2—120 个字"))
    source = forms.CharField(
        label=_("征集说明"), widget=forms.Textarea, max_length=20_000, help_text=_("要写什么、写成什么样、怎样算好，教师照这个写")
    )
    opens_on = forms.DateField(label=_("从哪天起收"), widget=_DAY)
    closes_on = forms.DateField(label=_("收到哪天 24:00"), widget=_DAY)
    days_per_level = forms.IntegerField(
        label=_("往上每一级评选几天"), initial=7, min_value=1, max_value=60, help_text=_("例如 7：县收齐后市评 7 天，省再评 7 天")
    )

    def __init__(self, data: object = None, *, theme: CaseTheme | None = None, kept: Mapping[str, object] | None = None) -> None:
        given = {} if theme is None else {
            "title": theme.title, "source": theme.source, "opens_on": clock.day(theme.opens_at),
            "closes_on": clock.day(theme.closes_at - timedelta(seconds=1)), "days_per_level": theme.days_per_level,
        }  # fmt: skip
        super().__init__(data, initial={**given, **(kept or {})})  # type: ignore[arg-type]  # a QueryDict

    @property
    def facts(self) -> dict[str, object]:
        """What was given, as the action takes it."""
        given = self.cleaned_data
        return {
            "title": given["title"], "source": given["source"], "days_per_level": given["days_per_level"],
            "opens_at": clock.start_of(given["opens_on"]), "closes_at": clock.end_of(given["closes_on"]),
        }  # fmt: skip


class CaseForm(forms.Form):
    """A case."""

    title = forms.CharField(label=_("案例题目"), max_length=120)
    source = forms.CharField(
        label=_("正文"), widget=forms.Textarea, max_length=20_000,
        help_text=_("别写姓名和学校，评的人看不到作者。行首写 ## 是小标题，- 是列表，**两边** 加粗"),
    )  # fmt: skip


class VoteForm(forms.Form):
    """Points and words of a judge."""

    score = forms.IntegerField(label=_("分数，1—100"), min_value=1, max_value=100)
    words = forms.CharField(label=_("评语"), max_length=500, required=False, widget=forms.Textarea, help_text=_("一起评选的人看得到"))


class ChosenForm(forms.Form):
    """Rows that were ticked."""

    chosen = forms.TypedMultipleChoiceField(coerce=int, required=False)

    def __init__(self, data: object = None) -> None:
        super().__init__(data)  # type: ignore[arg-type]  # a QueryDict
        ids = [value for value in (data.getlist("chosen") if data is not None else []) if value.isascii() and value.isdecimal()]  # type: ignore[attr-defined]
        self.fields["chosen"].choices = [(value, value) for value in ids[:500] if len(value) < 19]  # type: ignore[attr-defined]


class GrantForm(forms.Form):
    """Places beyond the share."""

    extra = forms.IntegerField(label=_("再给几个名额"), min_value=1, max_value=20, initial=1)
    reason = forms.CharField(label=_("理由，各级都看得到"), max_length=200, widget=forms.Textarea)


class SelectForm(forms.Form):
    """The words a selected case is shown with."""

    words = forms.CharField(label=_("推荐语"), max_length=300, required=False, widget=forms.Textarea)


class ConflictForm(forms.Form):
    """Who keeps out of whose cases."""

    judge = forms.ChoiceField(label=_("谁回避"))
    person = forms.CharField(label=_("作者的姓名或工号"), max_length=120)
    reason = forms.CharField(label=_("什么关系"), max_length=120, help_text=_("例如：夫妻、师徒、同一课题组"))

    def __init__(self, data: object = None, *, judges: Sequence[tuple[int, str]]) -> None:
        super().__init__(data)  # type: ignore[arg-type]  # a QueryDict
        self.fields["judge"].choices = [(str(number), name) for number, name in judges]  # type: ignore[attr-defined]


class VisitForm(forms.Form):
    """What a guide saw or advises."""

    kind = forms.ChoiceField(
        label=_("做了什么"),
        choices=[(VisitKind.VISIT, _("看坊")), (VisitKind.ADVICE, _("给建议"))],
        widget=forms.RadioSelect,
        initial="visit",
    )
    words = forms.CharField(label=_("看到什么，建议什么"), max_length=1_000, widget=forms.Textarea, help_text=_("这个坊的主持人看得到"))


class FollowForm(forms.Form):
    """A lesson to be followed."""

    teacher = forms.CharField(label=_("上课的教师，姓名或工号"), max_length=120, help_text=_("本坊和下级坊的成员"))
    lesson = forms.CharField(label=_("课题"), max_length=120)
    plan = forms.CharField(label=_("怎样跟进"), max_length=1_000, widget=forms.Textarea, help_text=_("试讲几次、看什么、什么时候展示"))


class StepForm(forms.Form):
    """A stage of a followed lesson."""

    stage = forms.ChoiceField(label=_("走到哪一步"), choices=FollowStage.choices)
    on = forms.DateField(label=_("哪一天"), widget=_DAY)
    words = forms.CharField(label=_("做了什么，改了什么"), max_length=1_000, widget=forms.Textarea)
    thread = forms.CharField(label=_("坊里的讨论"), max_length=200, required=False, help_text=_("贴那一帖的网址"))

    def __init__(self, data: object = None, *, at: datetime) -> None:
        super().__init__(data, initial={"on": clock.day(at)})  # type: ignore[arg-type]  # a QueryDict


class SummaryForm(forms.Form):
    """The summary of a followed lesson."""

    title = forms.CharField(label=_("总结的题目"), max_length=120)
    source = forms.CharField(
        label=_("经验总结"), widget=forms.Textarea, max_length=20_000, help_text=_("发布后坊内都能读，作为引领文章，本次跟进随即计数")
    )
