"""What is asked for activities, ballots and crowdsourcing. The actions judge; forms only take apart. Times are those of the site."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from yanxiu.workshops.actions import ActivityFacts, BallotFacts
from yanxiu.workshops.asking import Answer, Asked
from yanxiu.workshops.models import (
    Activity,
    ActivityMode,
    ActivityPurpose,
    Ballot,
    BallotKind,
    BallotQuestion,
    BallotReply,
    BallotResults,
    QuestionKind,
    Space,
)

_FORMATS = ["%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M", "%Y-%m-%dT%H:%M:%S"]
MOST_BLOCKS = 40


def _moment(label: Any, hint: Any = "", *, required: bool = True) -> forms.DateTimeField:
    widget = forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
    return forms.DateTimeField(label=label, help_text=hint, required=required, widget=widget, input_formats=_FORMATS)


class ActivityForm(forms.Form):
    """An activity; its words are asked only when it is started, later they are corrected as those of any post."""

    purpose = forms.ChoiceField(
        label=_("办什么"), choices=ActivityPurpose.choices, widget=forms.RadioSelect, initial=ActivityPurpose.GATHERING
    )
    title = forms.CharField(label=_("名称"), max_length=120)
    source = forms.CharField(label=_("说明"), help_text=_("为什么办、怎么办、请带什么来"), widget=forms.Textarea, max_length=20_000)
    mode = forms.ChoiceField(label=_("在哪里办"), choices=ActivityMode.choices, widget=forms.RadioSelect, initial=ActivityMode.OFFLINE)
    place = forms.CharField(label=_("地点或会议号"), max_length=200, required=False)
    starts_at = _moment(_("开始"))
    ends_at = _moment(_("结束"))
    sign_up_until = _moment(_("报名截止"), _("不填就到活动结束"), required=False)
    places = forms.IntegerField(
        label=_("名额"), help_text=_("不填就是不限；满了以后按先后候补"), min_value=1, max_value=100_000, required=False
    )
    select_count = forms.IntegerField(label=_("遴选几个问题"), help_text=_("只用于问题征集"), min_value=1, max_value=50, required=False)
    is_across = forms.BooleanField(label=_("跨校活动，几所学校一起办"), required=False)
    is_open_to_linked = forms.BooleanField(label=_("互联的坊的成员也能看到、报名"), required=False)
    has_code = forms.BooleanField(label=_("现场用签到码签到"), required=False, initial=True)

    def __init__(self, data: Any = None, *, is_new: bool = True, is_linked: bool = True, **kwargs: Any) -> None:
        """`is_linked`: there are spaces linked for activities, or it is open to them already."""
        super().__init__(data, **kwargs)
        if not is_new:
            del self.fields["title"], self.fields["source"]
        if not is_linked:
            del self.fields["is_open_to_linked"]

    def facts(self) -> ActivityFacts:
        """Return what was sent, after validation."""
        given = {name: value for name, value in self.cleaned_data.items() if name not in ("title", "source")}
        return ActivityFacts(**given)

    @classmethod
    def of(cls, activity: Activity) -> dict[str, Any]:
        """Return the present facts as initial values."""
        names = (
            "purpose",
            "mode",
            "place",
            "starts_at",
            "ends_at",
            "sign_up_until",
            "places",
            "select_count",
            "is_across",
            "is_open_to_linked",
        )
        return {**{name: getattr(activity, name) for name in names}, "has_code": bool(activity.code)}


class CodeForm(forms.Form):
    """The code by which one checks in."""

    code = forms.CharField(label=_("签到码"), max_length=12, widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}))


class ResultForm(forms.Form):
    """The outcome of an activity."""

    source = forms.CharField(label=_("成果"), help_text=_("来了多少人、议出什么、接着做什么"), widget=forms.Textarea, max_length=5_000)


class ReasonForm(forms.Form):
    """Why something is called off or left out."""

    reason = forms.CharField(label=_("原因，大家会看到"), max_length=200)


class SpaceChoiceForm(forms.Form):
    """Which space to ask to hold an activity together."""

    space = forms.TypedChoiceField(label=_("请哪个坊一起办"), coerce=int)

    def __init__(self, data: Any = None, *, spaces: Sequence[Space]) -> None:
        super().__init__(data)
        self.fields["space"].choices = [(one.pk, one.title) for one in spaces]  # type: ignore[attr-defined]


class TickedForm(forms.Form):
    """Rows that were ticked."""

    chosen = forms.TypedMultipleChoiceField(coerce=int, required=False)

    def __init__(self, data: Any = None) -> None:
        super().__init__(data)
        sent = data.getlist("chosen") if data is not None else []
        ids = [value for value in sent if value.isascii() and value.isdecimal() and len(value) < 19]
        self.fields["chosen"].choices = [(value, value) for value in ids]  # type: ignore[attr-defined]


class BallotForm(forms.Form):
    """A ballot without its questions; `in_short` leaves what may no longer be changed."""

    kind = forms.ChoiceField(label=_("发哪一种"), choices=BallotKind.choices, widget=forms.RadioSelect, initial=BallotKind.VOTE)
    title = forms.CharField(label=_("名称"), max_length=120)
    source = forms.CharField(label=_("说明"), widget=forms.Textarea, max_length=20_000, required=False)
    closes_at = _moment(_("截止"), _("截止前可以改自己的回答，匿名的不能改"))
    results = forms.ChoiceField(label=_("结果给谁看"), choices=BallotResults.choices, initial=BallotResults.AFTER)
    is_anonymous = forms.BooleanField(label=_("匿名，谁答的什么连主持人也查不到，截止后、满 5 份才显示结果"), required=False)

    def __init__(self, data: Any = None, *, is_new: bool = True, in_short: bool = False, **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        if not is_new:
            del self.fields["title"], self.fields["source"]
        if in_short:
            del self.fields["kind"], self.fields["results"], self.fields["is_anonymous"]

    def facts(self, questions: Sequence[Asked], *, of: Ballot | None = None) -> BallotFacts:
        """Return what was sent, after validation; what was not asked stays as it is in `of`."""
        given: dict[str, Any] = {name: value for name, value in self.cleaned_data.items() if name not in ("title", "source")}
        kept: dict[str, Any] = (
            {} if of is None else {"kind": of.kind, "results": of.results, "is_anonymous": of.is_anonymous, "opens_at": of.opens_at}
        )
        return BallotFacts(**(kept | given), questions=questions)


class QuestionForm(forms.Form):
    """One question of a ballot; empty ones are left out."""

    title = forms.CharField(label=_("题目"), max_length=200, required=False)
    kind = forms.ChoiceField(label=_("题型"), choices=QuestionKind.choices, initial=QuestionKind.ONE)
    options = forms.CharField(label=_("选项，一行一个"), max_length=4_000, required=False, widget=forms.Textarea)
    most = forms.IntegerField(label=_("多选最多选几项"), min_value=1, max_value=30, required=False)
    is_required = forms.BooleanField(label=_("必答"), required=False, initial=True)

    def asked(self) -> Asked:
        """Return the question, after validation."""
        given = self.cleaned_data
        return Asked(
            title=given["title"], kind=given["kind"], options=given["options"].splitlines(), most=given["most"] or 0,
            is_required=given["is_required"],
        )  # fmt: skip

    @classmethod
    def of(cls, one: BallotQuestion) -> dict[str, Any]:
        """Return the present question as initial values."""
        return {
            "title": one.title, "kind": one.kind, "options": "\n".join(one.options), "is_required": one.is_required,
            "most": one.most if one.kind == QuestionKind.MANY else None,
        }  # fmt: skip


def question_forms(data: Any = None, *, number: int, initial: Sequence[Mapping[str, Any]] = ()) -> list[QuestionForm]:
    """Return as many forms for questions as are asked for, the sent or the present ones first."""
    return [
        QuestionForm(data, prefix=f"q{at}", initial=dict(initial[at]) if at < len(initial) else None, use_required_attribute=False)
        for at in range(min(number, MOST_BLOCKS))
    ]


def kept_questions(fields: Mapping[str, object]) -> list[dict[str, Any]]:
    """Return what was kept of each question of a ballot, as initial values; none when nothing was kept."""
    raw = str(fields.get("number", ""))
    number = min(int(raw), MOST_BLOCKS) if raw.isascii() and raw.isdecimal() and len(raw) < 3 else 0
    names = ("title", "kind", "options", "most")
    return [
        {**{name: fields.get(f"q{at}-{name}", "") for name in names}, "is_required": f"q{at}-is_required" in fields} for at in range(number)
    ]


class AnswerForm(forms.Form):
    """The questions of a ballot as fields `q<id>`, the own answer in them."""

    def __init__(self, data: Any = None, *, questions: Sequence[BallotQuestion], reply: BallotReply | None = None) -> None:
        super().__init__(data, use_required_attribute=False)
        self.questions = questions
        for one in questions:
            self.fields[f"q{one.pk}"] = _answer_field(one, (reply.answers if reply else {}).get(str(one.pk)))

    def rows(self) -> list[tuple[forms.BoundField, bool]]:
        """Return the fields with whether their choices stand side by side."""
        return [(self[f"q{one.pk}"], one.kind == QuestionKind.SCALE) for one in self.questions]

    def answers(self) -> dict[int, Answer]:
        """Return what was sent, after validation; nothing for what was left out."""
        given: dict[int, Answer] = {}
        for one in self.questions:
            value = self.cleaned_data.get(f"q{one.pk}")
            if one.kind == QuestionKind.TEXT:
                given[one.pk] = value or ""
            else:
                picked = value if isinstance(value, list) else [value] if value else []
                given[one.pk] = [int(each) for each in picked]
        return given


def _answer_field(one: BallotQuestion, kept: Any) -> forms.Field:
    missing = _("还没有写，请写上。") if one.kind == QuestionKind.TEXT else _("还没有选，请选一项。")
    common: dict[str, Any] = {"label": one.title, "required": one.is_required, "error_messages": {"required": missing}}
    if one.kind == QuestionKind.TEXT:
        return forms.CharField(**common, widget=forms.Textarea, max_length=2_000, initial=kept)
    chosen = [str(each) for each in kept] if isinstance(kept, list) else []
    if one.kind == QuestionKind.MANY:
        common["help_text"] = _("选 %(least)s—%(most)s 项") % {"least": one.least, "most": one.most}
        many = [(str(at), option) for at, option in enumerate(one.options)]
        return forms.MultipleChoiceField(**common, choices=many, widget=forms.CheckboxSelectMultiple, initial=chosen)
    if one.kind == QuestionKind.SCALE:
        common |= {"choices": [(str(number), str(number)) for number in range(1, 6)], "help_text": _("1 分最低，5 分最高")}
    else:
        common["choices"] = [(str(at), option) for at, option in enumerate(one.options)]
    return forms.ChoiceField(**common, widget=forms.RadioSelect, initial=chosen[0] if chosen else None)


class ProblemForm(forms.Form):
    """A practice problem."""

    title = forms.CharField(label=_("问题"), help_text=_("一句话说清难处"), max_length=120)
    source = forms.CharField(label=_("情境"), help_text=_("在哪个班、哪节课、试过什么、卡在哪里"), widget=forms.Textarea, max_length=20_000)


class VoteForm(forms.Form):
    """A vote on selected problems."""

    title = forms.CharField(label=_("投票名称"), max_length=120, initial=_("下一步深度研讨哪些问题"))
    closes_at = _moment(_("投票截止"))
    most = forms.IntegerField(label=_("每人最多投几个"), min_value=1, max_value=30, initial=3)


class SolutionForm(forms.Form):
    """A solution."""

    title = forms.CharField(label=_("标题"), max_length=120)
    source = forms.CharField(
        label=_("解决方案"),
        help_text=_("怎么做、为什么、试的结果；空一行分段，行首写 ## 是小标题"),
        widget=forms.Textarea,
        max_length=20_000,
    )


def a_week_later(at: datetime) -> datetime:
    """Return the same hour seven days later, on the full hour: what a form proposes."""
    return (at + timedelta(days=7)).replace(minute=0, second=0, microsecond=0)
