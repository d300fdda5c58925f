"""The filter buttons of the shelves; every option is a link, so that a list can be kept and passed on."""

from collections.abc import Iterable
from dataclasses import asdict, replace
from urllib.parse import urlencode

from django.http import QueryDict
from django.utils.translation import gettext as _

from yanxiu.catalogue.models import CaseLevel, CourseState, StepKind
from yanxiu.catalogue.queries import HOURS, PLACES, SORTS, Facets, Filters
from yanxiu.kit.components import Filter, Option
from yanxiu.kit.text import plain
from yanxiu.orgs.models import Stage
from yanxiu.orgs.queries import subjects, subjects_of

Choice = tuple[str, str, int | None]


def read(given: QueryDict) -> Filters:
    """Return the filters of the URL; what is unknown is left out."""
    known = {
        "stage": Stage.values,
        "subject": subjects(),
        "state": CourseState.values,
        "level": CaseLevel.values,
        "place": PLACES,
        "hours": [value for value, _more, _most in HOURS],
        "kind": StepKind.values,
        "sort": SORTS,
    }
    chosen = {name: given.get(name, "") if given.get(name) in values else "" for name, values in known.items()}
    free = {name: plain(given.get(name, ""))[:100] for name in ("topic", "provider")}
    return Filters(text=plain(given.get("q", ""))[:60], **free, **chosen)


def query(filters: Filters, **more: object) -> str:
    """Return the query string of the filters."""
    given = {**asdict(filters), "q": filters.text, **more}
    return urlencode({name: value for name, value in given.items() if value and name != "text"})


def carried(filters: Filters) -> list[tuple[str, str]]:
    """Return what the search form takes along: every filter but the words."""
    return [(name, value) for name, value in asdict(filters).items() if value and name != "text"]


def of_courses(filters: Filters, counted: Facets) -> list[Filter]:
    """Return the buttons of the course shelf with counts; a facet with one value only is left out unless it is chosen."""
    of = counted.of
    words = {
        "nation": _("国家"), "province": _("省"), "city": _("市"), "county": _("县"), "school": _("学校"), "institution": _("培训机构"),
    }  # fmt: skip
    hours = {"2": _("2 学时以内"), "5": _("2–5 学时"), "10": _("5–10 学时"), "more": _("10 学时以上")}
    taught = subjects_of(filters.stage) if filters.stage else list(subjects())
    facets: list[tuple[str, str, Iterable[tuple[str, str]]]] = [
        (_("学段"), "stage", [(one.value, one.label) for one in Stage]),
        (_("学科"), "subject", [(name, name) for name in taught]),
        (_("专题"), "topic", [(name, name) for name in sorted(of["topic"])]),
        (_("学时"), "hours", list(hours.items())),
        (_("提供单位"), "provider", [(name, name) for name, _n in of["provider"].most_common(30)]),
        (_("层级"), "place", list(words.items())),
        (_("环节"), "kind", [(one.value, one.label) for one in StepKind]),
        (_("状态"), "state", [(one.value, one.label) for one in CourseState]),
    ]
    buttons = [
        _button(label, name, filters, [(value, text, of[name][value]) for value, text in choices if of[name][value]])
        for label, name, choices in facets
        if len(of[name]) > 1 or getattr(filters, name)
    ]
    return [*buttons, _sort(filters)]


def of_cases(filters: Filters) -> list[Filter]:
    """Return the buttons of the shelf of lesson cases."""
    taught = subjects_of(filters.stage) if filters.stage else list(subjects())
    return [
        _button(_("级别"), "level", filters, [(one.value, one.label, None) for one in CaseLevel]),
        _button(_("学段"), "stage", filters, [(one.value, one.label, None) for one in Stage]),
        _button(_("学科"), "subject", filters, [(name, name, None) for name in taught]),
    ]


def _sort(filters: Filters) -> Filter:
    words = {"best": _("最相关") if filters.text else _("按专题"), "newest": _("最新发布"), "hours": _("学时从多到少"), "title": _("名称")}
    current = filters.sort or "best"
    options = [
        Option(label=text, url="?" + query(replace(filters, sort="" if value == "best" else value)), current=value == current)
        for value, text in words.items()
    ]
    return Filter(label=_("排序"), value=words[current], options=options, icon="sort")


def _button(label: str, name: str, filters: Filters, choices: list[Choice]) -> Filter:
    current = str(getattr(filters, name))
    words = {value: text for value, text, _count in choices}
    options = [Option(label=_("全部"), url="?" + query(replace(filters, **{name: ""})), current=not current)]
    options += [
        Option(label=text, url="?" + query(replace(filters, **{name: value})), current=value == current, count=count)
        for value, text, count in choices
    ]
    return Filter(label=label, value=words.get(current, current or _("全部")), options=options)
