"""The filter buttons of the bank; every option is a link, so that a list can be kept and passed on."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from urllib.parse import urlencode

from django.http import QueryDict
from django.utils.translation import gettext as _

from yanxiu.assessment.models import QuestionState
from yanxiu.assessment.queries.bank import NO_POINT, SORTS, BankFacets, BankFilters, PointTree
from yanxiu.assessment.question_forms import DIFFICULTIES
from yanxiu.catalogue.content import QUESTION_TYPES
from yanxiu.kit.components import Filter, Option
from yanxiu.kit.text import plain
from yanxiu.orgs.models import Stage
from yanxiu.orgs.queries import subjects

Choice = tuple[str, str, int | None]


def read(given: QueryDict, tree: PointTree) -> BankFilters:
    """Return the filters of the URL; what is unknown is left out."""
    known = {
        "type": list(QUESTION_TYPES),
        "stage": Stage.values,
        "subject": subjects(),
        "point": [NO_POINT, *map(str, tree.by_id)],
        "difficulty": ["1", "2", "3", "4", "5"],
        "state": QuestionState.values,
        "used": ["yes", "no"],
        "sort": SORTS,
    }
    chosen = {name: given.get(name, "") if given.get(name, "") in values else "" for name, values in known.items()}
    return BankFilters(text=plain(given.get("q", ""))[:60], **chosen)


def query(filters: BankFilters, **more: object) -> str:
    """Return the query string of the filters."""
    given = {**asdict(filters), "q": filters.text, **more}
    return urlencode({name: value for name, value in given.items() if value and name != "text"})


def carried(filters: BankFilters) -> list[tuple[str, str]]:
    """Return what the search form takes along: every filter but the words."""
    return [(name, value) for name, value in asdict(filters).items() if value and name != "text"]


def of_bank(filters: BankFilters, counted: BankFacets, tree: PointTree, **more: object) -> list[Filter]:
    """Return the buttons of the bank with counts; a facet with one value only is left out unless it is chosen. `more` goes along."""
    of = counted.of
    points: list[Choice] = [
        (str(point.pk), "　" * depth + point.name, sum(of["point"][str(one)] for one in tree.below(point.pk)))
        for depth, point in tree.walk()
    ]
    points.append((NO_POINT, _("不归知识点"), of["point"][NO_POINT]))
    facets: list[tuple[str, str, Sequence[Choice]]] = [
        (_("题型"), "type", [(key, zh, of["type"][key]) for key, zh in QUESTION_TYPES.items()]),
        (_("知识点"), "point", points),
        (_("难度"), "difficulty", [(str(n), str(words), of["difficulty"][str(n)]) for n, words in enumerate(DIFFICULTIES, start=1)]),
        (_("学段"), "stage", [(one.value, one.label, of["stage"][one.value]) for one in Stage]),
        (_("学科"), "subject", [(name, name, of["subject"][name]) for name in subjects()]),
        (_("状态"), "state", [(one.value, one.label, of["state"][one.value]) for one in QuestionState]),
    ]
    buttons = [
        _button(label, name, filters, [choice for choice in choices if choice[2] or getattr(filters, name) == choice[0]], more)
        for label, name, choices in facets
        if sum(1 for choice in choices if choice[2]) > 1 or getattr(filters, name)
    ]
    used = _button(_("使用"), "used", filters, [("yes", _("用过"), None), ("no", _("没用过"), None)], more)
    return [*buttons, used, _sort(filters, more)]


def _sort(filters: BankFilters, more: Mapping[str, object]) -> Filter:
    words = {
        "best": _("最相关") if filters.text else _("最新写的"), "difficulty": _("难度从高到低"), "hardest": _("得分率从低到高"),
        "weakest": _("区分度从低到高"),
    }  # fmt: skip
    current = filters.sort if filters.sort in words else "best"
    options = [
        Option(label=text, url="?" + query(replace(filters, sort="" if value == "best" else value), **more), current=value == current)
        for value, text in words.items()
    ]
    return Filter(label=_("排序"), value=words[current], options=options, icon="sort")


def _button(label: str, name: str, filters: BankFilters, choices: Sequence[Choice], more: Mapping[str, object]) -> Filter:
    current = str(getattr(filters, name))
    words = {value: text.strip() for value, text, _count in choices}
    options = [Option(label=_("全部"), url="?" + query(replace(filters, **{name: ""}), **more), current=not current)]
    options += [
        Option(label=text, url="?" + query(replace(filters, **{name: value}), **more), current=value == current, count=count)
        for value, text, count in choices
    ]
    return Filter(label=label, value=words.get(current, current or _("全部")), options=options)
