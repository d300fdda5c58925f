"""The forms in which questions of every kind are written: rows of fields that grow by a button, without script."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.forms import BoundField
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from yanxiu.catalogue.content import LETTERS, QUESTION_TYPES, TRUE_FALSE
from yanxiu.kit.errors import Invalid
from yanxiu.orgs.models import Stage

MOST_ROWS = 30
MORE_ROWS = 3
GONE = "-"
DIFFICULTIES = (gettext_lazy("1 很易"), gettext_lazy("2 较易"), gettext_lazy("3 适中"), gettext_lazy("4 较难"), gettext_lazy("5 很难"))
PART_TYPES = [one for one in QUESTION_TYPES if one != "material"]
_MARKUP = gettext_lazy("可用 **粗体**、- 列表；公式写在 $ $ 里，如 $x^2$")


@dataclass(frozen=True, kw_only=True)
class Columns:
    """How the rows of a kind look: the label of each column, the first rows, and the most. `tick` marks what is right."""

    first: str | Promise
    second: str | Promise = ""
    tick: str | Promise = ""
    start: int = 4
    most: int = 12


COLUMNS = {
    "single": Columns(first=gettext_lazy("选项"), tick=gettext_lazy("正确"), most=len(LETTERS)),
    "multiple": Columns(first=gettext_lazy("选项"), tick=gettext_lazy("正确"), most=len(LETTERS)),
    "fill_in": Columns(first=gettext_lazy("可接受的答案，几种写法用“；”隔开"), second=gettext_lazy("数字答案的误差"), start=2, most=20),
    "matching": Columns(first=gettext_lazy("左边"), second=gettext_lazy("右边（同一行是一对；只写右边的作干扰项）"), most=12),
    "ordering": Columns(first=gettext_lazy("按正确的次序，一行一项"), most=12),
    "cloze": Columns(first=gettext_lazy("选项，用“；”隔开"), second=gettext_lazy("正确的是第几个"), start=2, most=30),
}  # fmt: skip


class Row:
    """One row of fields on the page."""

    def __init__(self, form: forms.Form, number: int) -> None:
        self.number = number
        self.letter = LETTERS[number - 1] if number <= len(LETTERS) else ""
        self.first = form[f"a{number}"]
        self.second: BoundField | None = form[f"b{number}"] if f"b{number}" in form.fields else None
        self.tick: BoundField | None = form[f"t{number}"] if f"t{number}" in form.fields else None


class QuestionForm(forms.Form):
    """What a question of one kind says. `question_typing.question_in` reads it; a prefix holds the parts of a material apart."""

    use_required_attribute = False
    kept_kinds: str | None = None

    def __init__(self, kind: str, data: Any = None, *, initial: Mapping[str, Any] | None = None, prefix: str = "") -> None:
        super().__init__(data, initial=dict(initial or {}), prefix=prefix or None)
        self.kind = kind
        self.columns = COLUMNS.get(kind)
        self.count = self._rows(data, initial or {})
        self._head()
        for number in range(1, self.count + 1):
            self._row(number)
        self._tail()

    @property
    def lines(self) -> list[Row]:
        """The rows that are shown."""
        return [Row(self, number) for number in range(1, self.count + 1)]

    @property
    def label(self) -> str:
        """What the kind is called."""
        return QUESTION_TYPES[self.kind]

    @property
    def more_name(self) -> str:
        """The name of the button that adds rows; "" when there are enough."""
        return self.add_prefix("more") if self.columns and self.count < self.columns.most else ""

    def text(self, name: str) -> str:
        """Return what is typed in a field."""
        return str(self.data.get(self.add_prefix(name), "") or "").replace("\r\n", "\n").strip()

    def ticked(self, name: str) -> bool:
        """Tell whether a box is ticked."""
        return self.add_prefix(name) in self.data

    def whole(self, name: str, *, label: str, default: int) -> int:
        """Return a whole number. Raises Invalid at the field."""
        raw = self.text(name)
        if raw and not (raw.isascii() and raw.isdecimal() and len(raw) < 6):
            raise Invalid(_("%(label)s要写整数，现在是“%(raw)s”。") % {"label": label, "raw": raw[:20]}, field=name)
        return int(raw) if raw else default

    def _rows(self, data: Any, initial: Mapping[str, Any]) -> int:
        if self.columns is None:
            return 0
        raw = str((data or {}).get(self.add_prefix("rows"), "")) if data is not None else str(initial.get("rows", ""))
        count = int(raw) if raw.isascii() and raw.isdecimal() and len(raw) < 4 else self.columns.start
        if data is not None and self.add_prefix("more") in data:
            count += MORE_ROWS
        return min(max(count, self.columns.start), self.columns.most)

    def _head(self) -> None:
        gaps = {
            "fill_in": _("要填的地方写 [[1]]、[[2]]……；全角半角、繁简、书名号不计较，数也认“五十”“50%”“1/2”"),
            "cloze": _("要选的地方写 [[1]]、[[2]]……"),
        }
        label, hint = _("材料") if self.kind == "material" else _("题干"), gaps.get(self.kind, "") or _MARKUP
        self.fields["stem"] = forms.CharField(label=label, widget=_area(4), help_text=hint, required=False)
        if self.kind == "true_false":
            choices = [("0", TRUE_FALSE[0]), ("1", TRUE_FALSE[1])]
            self.fields["answer"] = forms.ChoiceField(label=_("正确答案"), choices=choices, widget=forms.RadioSelect, required=False)
        if self.columns is not None:
            self.fields["rows"] = forms.CharField(widget=forms.HiddenInput, required=False, initial=self.count)
            self.initial["rows"] = self.count

    def _row(self, number: int) -> None:
        columns = COLUMNS[self.kind]
        words = {"number": number}
        left, right = _("第 %(number)s 行") % words, _("第 %(number)s 行右") % words
        self.fields[f"a{number}"] = forms.CharField(label=left, required=False, widget=_input(said=left))
        if columns.second:
            self.fields[f"b{number}"] = forms.CharField(label=right, required=False, widget=_input(said=right))
        if columns.tick:
            tick = _("第 %(number)s 项正确") % words
            box = forms.CheckboxInput(attrs={"aria-label": tick})
            self.fields[f"t{number}"] = forms.BooleanField(label=tick, required=False, widget=box)

    def _tail(self) -> None:
        if self.kind == "fill_in":
            self.fields["in_any_order"] = forms.BooleanField(label=_("各空次序不限"), required=False)
            self.fields["case"] = forms.BooleanField(label=_("照写法严格比：大小写、繁简、书名号都要一样"), required=False)
        if self.kind in ("short", "essay"):
            self.fields["reference"] = forms.CharField(label=_("参考答案"), widget=_area(4), required=False)
            self.fields["points"] = forms.CharField(
                label=_("采分点"), widget=_area(3), required=False, help_text=_("一行一条，阅卷人照着给分")
            )  # fmt: skip
            if self.prefix is None:
                self.fields["rubric"] = forms.ChoiceField(label=_("按评价标准阅"), required=False, choices=[("", _("不用，直接给分"))])
            self.fields["least"] = forms.CharField(label=_("最少字数"), required=False, widget=_input(numeric=True))
            self.fields["most"] = forms.CharField(label=_("最多字数"), required=False, widget=_input(numeric=True))
        self.fields["explanation"] = forms.CharField(label=_("解析"), widget=_area(2), required=False)


class MaterialForm(QuestionForm):
    """A material with the forms of its parts, added and taken away by buttons; `kept_kinds` names their kinds, "-" for one that is gone."""

    def __init__(self, kind: str, data: Any = None, *, initial: Mapping[str, Any] | None = None, prefix: str = "") -> None:
        super().__init__(kind, data, initial=initial, prefix=prefix)
        given = initial or {}
        kinds = _kinds(str(data.get("parts", ""))) if data is not None else list(given.get("kinds", ["single"]))
        removed = str(data.get("remove", "")) if data is not None else ""
        self.kinds = [GONE if str(n) == removed else one for n, one in enumerate(kinds, start=1)]
        self.parts = [
            (QuestionForm(one, data, initial=given.get("forms", {}).get(n), prefix=f"p{n}"), n, self._share(data, given, n))
            for n, one in enumerate(self.kinds, start=1)
            if one != GONE
        ]
        if data is not None and "add" in data and data.get("add_type") in PART_TYPES and len(kinds) < MOST_ROWS:
            self.kinds.append(str(data["add_type"]))
            self.parts.append((QuestionForm(self.kinds[-1], prefix=f"p{len(self.kinds)}"), len(self.kinds), "1"))
        self.kept_kinds = ",".join(self.kinds)

    def _share(self, data: Any, given: Mapping[str, Any], number: int) -> str:
        return str(data.get(f"share{number}", "1")) if data is not None else str(given.get("shares", {}).get(number, 1))


def form_of(kind: str, data: Any = None, *, initial: Mapping[str, Any] | None = None) -> QuestionForm:
    """Return the form of a kind of question."""
    return (MaterialForm if kind == "material" else QuestionForm)(kind, data, initial=initial)


def _kinds(raw: str) -> list[str]:
    return [one for one in raw.split(",")[:MOST_ROWS] if one == GONE or one in PART_TYPES]


def _area(rows: int) -> forms.Textarea:
    return forms.Textarea(attrs={"rows": rows})


def _input(*, numeric: bool = False, said: str = "") -> forms.TextInput:
    """A line to type in; `said` names one that stands in a table without a label of its own."""
    more = {"inputmode": "numeric"} if numeric else {"aria-label": said} if said else {}
    return forms.TextInput(attrs={"class": "form-control", **more})


class FactsForm(forms.Form):
    """What stands beside a question; `points` are (id, path of names)."""

    use_required_attribute = False

    def __init__(self, data: Any = None, *, points: Sequence[tuple[int, str]], subjects: Sequence[str], **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        anything = [("", _("不限"))]
        self.fields["point"] = forms.ChoiceField(label=_("知识点"), required=False, choices=[("", _("不归知识点")), *points])
        self.fields["stage"] = forms.ChoiceField(label=_("学段"), required=False, choices=anything + [(one, one) for one in Stage.values])
        self.fields["subject"] = forms.ChoiceField(label=_("学科"), required=False, choices=anything + [(one, one) for one in subjects])
        levels = [(str(n), words) for n, words in enumerate(DIFFICULTIES, start=1)]
        self.fields["difficulty"] = forms.ChoiceField(label=_("难度"), required=False, choices=levels, initial="3")
        self.fields["source"] = forms.CharField(
            label=_("来源"), required=False, max_length=120, help_text=_("如 2026 年期末试卷、某某老师命制")
        )
