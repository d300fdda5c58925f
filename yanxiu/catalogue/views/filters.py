"""The filter buttons of the shelves; every option is a link, so that a list can be kept and passed on."""

from collections.abc import Iterable
from dataclasses import asdict, replace
from urllib.parse import urlencode

from django.http import QueryDict
from django.utils.translation import gettext as _

from yanxiu.catalogue.models import CaseLevel, CourseState
from yanxiu.catalogue.queries import Filters
from yanxiu.kit.components import Filter, Option
from yanxiu.kit.text import plain
from yanxiu.orgs.models import Stage
from yanxiu.orgs.queries import subjects, subjects_of

Choice = tuple[str, str, int | None]


def read(given: QueryDict) -> Filters:
    """Return the filters of the URL; what is unknown is left out."""
    known = {"stage": Stage.values, "subject": subjects(), "state": CourseState.values, "level": CaseLevel.values}
    chosen = {name: given.get(name, "") if given.get(name) in values else "" for name, values in known.items()}
    return Filters(text=plain(given.get("q", ""))[:60], topic=plain(given.get("topic", ""))[:60], **chosen)


def query(filters: Filters, **more: object) -> str:
    """Return the query string of the filters."""
    given = {**asdict(filters), "q": filters.text, **more}
    return urlencode({name: value for name, value in given.items() if value and name != "text"})


def of_courses(filters: Filters, *, topics: Iterable[str], states: dict[str, int]) -> list[Filter]:
    """Return the buttons of the course shelf; the state only where there is more than one."""
    buttons = [
        _button(_("专题"), "topic", filters, [(topic, topic, None) for topic in topics]),
        *_stage_and_subject(filters),
    ]
    if len(states) > 1 or filters.state:
        buttons.append(_button(_("状态"), "state", filters, [(one.value, one.label, states.get(one, 0)) for one in CourseState]))
    return buttons


def of_cases(filters: Filters) -> list[Filter]:
    """Return the buttons of the shelf of lesson cases."""
    return [_button(_("级别"), "level", filters, [(one.value, one.label, None) for one in CaseLevel]), *_stage_and_subject(filters)]


def _stage_and_subject(filters: Filters) -> list[Filter]:
    taught = subjects_of(filters.stage) if filters.stage else list(subjects())
    return [
        _button(_("学段"), "stage", filters, [(one.value, one.label, None) for one in Stage]),
        _button(_("学科"), "subject", filters, [(name, name, None) for name in taught]),
    ]


def _button(label: str, name: str, filters: Filters, choices: list[Choice]) -> Filter:
    current = str(getattr(filters, name))
    words = {value: text for value, text, _count in choices}
    options = [Option(label=_("全部"), url="?" + query(replace(filters, **{name: ""})), current=not current)]
    options += [
        Option(label=text, url="?" + query(replace(filters, **{name: value})), current=value == current, count=count)
        for value, text, count in choices
    ]
    return Filter(label=label, value=words.get(current, current or _("全部")), options=options)
