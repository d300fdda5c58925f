"""What is asked in workshops. The actions judge; forms only take apart."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from yanxiu.orgs.models import Stage
from yanxiu.orgs.queries import subjects
from yanxiu.workshops.actions import SERIES
from yanxiu.workshops.models import SpaceKind

_MARKUP = _("空一行分段；行首写 ## 是小标题，- 是列表，> 是引用，**两边** 加粗。从文档里粘贴也可以")


def _subjects() -> list[tuple[str, Any]]:
    return [("", _("不限学科")), *((name, name) for name in subjects())]


class JoinForm(forms.Form):
    """A request to be let in."""

    message = forms.CharField(label=_("想在坊里做什么"), max_length=200, required=False, widget=forms.Textarea)


class DecisionForm(forms.Form):
    """Requests that were ticked, and a reason for refusing them."""

    chosen = forms.TypedMultipleChoiceField(coerce=int, required=False)
    reason = forms.CharField(label=_("不通过的原因"), max_length=200, required=False)

    def __init__(self, data: object = None) -> None:
        super().__init__(data)  # type: ignore[arg-type]  # a QueryDict
        ids = [value for value in (data.getlist("chosen") if data is not None else []) if value.isascii() and value.isdecimal()]  # type: ignore[attr-defined]
        self.fields["chosen"].choices = [(value, value) for value in ids if len(value) < 19]  # type: ignore[attr-defined]


class WritingForm(forms.Form):
    """A briefing, guide, article or announcement."""

    series = forms.ChoiceField(label=_("哪一种简报"), choices=[(name, name) for name in SERIES], widget=forms.RadioSelect)
    title = forms.CharField(label=_("标题"), max_length=120)
    source = forms.CharField(label=_("正文"), help_text=_MARKUP, widget=forms.Textarea, max_length=20_000)
    asks_confirmation = forms.BooleanField(label=_("请大家确认收到，没确认的可以一键提醒"), required=False)

    def __init__(self, data: object = None, *, has_series: bool, asks: bool = False, initial: Mapping[str, object] | None = None) -> None:
        super().__init__(data, initial=dict(initial or {}))  # type: ignore[arg-type]  # a QueryDict
        if not has_series:
            del self.fields["series"]
        if not asks:
            del self.fields["asks_confirmation"]


class TalkForm(forms.Form):
    """A discussion or a question."""

    title = forms.CharField(label=_("题目"), max_length=120)
    source = forms.CharField(label=_("内容"), widget=forms.Textarea, max_length=20_000)


class ReplyForm(forms.Form):
    """A reply or an answer."""

    source = forms.CharField(label=_("内容"), widget=forms.Textarea, max_length=5_000)


class HideForm(forms.Form):
    """Why a post is taken out of sight; the own one needs no reason."""

    reason = forms.CharField(label=_("原因，作者会看到"), max_length=200, required=False)


class DescribeForm(forms.Form):
    """What a space is for, and its rules."""

    intro = forms.CharField(label=_("简介"), help_text=_("入坊之前也看得到"), max_length=500, required=False, widget=forms.Textarea)
    rules = forms.CharField(
        label=_("工作坊规则"), help_text=_("发什么、多久回复、违规怎么处理"), max_length=20_000, required=False, widget=forms.Textarea
    )


class SpaceForm(forms.Form):
    """A new space."""

    kind = forms.ChoiceField(
        label=_("开哪一种"),
        choices=[(kind.value, kind.label) for kind in SpaceKind if kind not in (SpaceKind.PERSONAL, SpaceKind.SUB_WORKSHOP)],
    )
    title = forms.CharField(label=_("坊名"), max_length=120)
    stage = forms.ChoiceField(label=_("学段"), choices=[("", _("不限学段")), *Stage.choices], required=False)
    subject = forms.ChoiceField(label=_("学科"), choices=_subjects, required=False)
    topic = forms.CharField(label=_("专题"), max_length=60, required=False)
    cap = forms.IntegerField(
        label=_("人数上限"), help_text=_("满了自动开子坊；不填就是不限"), min_value=1, max_value=100_000, required=False
    )
    intro = forms.CharField(label=_("简介"), max_length=500, required=False, widget=forms.Textarea)


class HostForm(forms.Form):
    """Whom to make host: a name or a staff number."""

    person = forms.CharField(label=_("姓名或工号"), max_length=120)
