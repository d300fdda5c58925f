"""What offices see of people: the list, one person's page, activation slips."""

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from django.http import FileResponse, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from yanxiu.kit import htmx, paging, sheets
from yanxiu.kit.clock import now
from yanxiu.kit.components import Fact, Filter, Option
from yanxiu.kit.errors import Invalid
from yanxiu.kit.policy import SignedInRequest, requires, signed_in
from yanxiu.kit.rules import reason_against
from yanxiu.kit.text import whole_numbers
from yanxiu.orgs.models import Stage
from yanxiu.orgs.queries import subjects, subjects_of
from yanxiu.people import actions, permissions, queries
from yanxiu.people.forms import ReasonForm
from yanxiu.people.models import Account, AccountState, Person
from yanxiu.people.queries import Filters

PAGE = 50
_HEADINGS = [("姓名", 12), ("教师编号", 16), ("证件号", 22), ("学段学科", 20), ("单位", 28), ("账号", 20), ("账号状态", 12)]
SLIPS = 1000


@require_GET
@requires(permissions.VIEW)
def teachers(request: SignedInRequest) -> HttpResponse:
    """List the people of the scope, narrowed by name, initials or staff number, activation, stage and subject."""
    filters = _filters(request)
    visible = permissions.visible_people(request.actor)
    page = paging.page_of(queries.teachers(visible, filters), number=paging.number_from(request.GET.get("page")), size=PAGE)
    counts = queries.state_counts(queries.narrowed(visible, Filters(text=filters.text, stage=filters.stage, subject=filters.subject)))
    context = {
        "page": page,
        "filters": filters,
        "filter_buttons": _filter_buttons(filters, counts),
        "counts": counts,
        "total": sum(counts.values()),
        "invited": counts.get(AccountState.INVITED, 0),
        "more_url": f"?{_query(filters, page=page.following)}" if page.has_more else "",
        "export_url": f"{reverse('people:export_teachers')}?{_query(filters)}",
        "may_issue": request.actor.may(permissions.ISSUE_CODES),
        "may_import": request.actor.may(permissions.IMPORT_ROSTER),
        "may_register": request.actor.may(permissions.REGISTER),
    }
    return htmx.page(request, "people/teachers.html", context)


@require_GET
@requires(permissions.VIEW)
def export_teachers(request: SignedInRequest) -> FileResponse:
    """Hand out the list as it is narrowed, as a workbook; identity numbers stay masked."""
    found = queries.teachers(permissions.visible_people(request.actor), _filters(request))
    file = sheets.workbook("教师", _HEADINGS, (_line(one) for one in found.iterator(chunk_size=2_000)))
    actions.note_teachers(count=found.count(), by=request.actor, at=now())
    return FileResponse(file, as_attachment=True, filename="教师名单.xlsx")


def _line(one: Person) -> list[str | None]:
    state = AccountState(one.state).label if one.state else None  # type: ignore[attr-defined]  # annotated by the query
    taught = "、".join(one.teachings or [])  # type: ignore[attr-defined]  # annotated by the query
    return [one.name, one.staff_number or None, one.identity_hint or None, taught or None, one.unit_name, one.username, state]  # type: ignore[attr-defined]  # annotated


@require_POST
@requires(permissions.ISSUE_CODES)
def issue_codes(request: SignedInRequest) -> HttpResponse:
    """Give the chosen people, or all who wait for activation within the filters, fresh codes, and show the slips to print once."""
    at = now()
    if request.POST.get("whom") == "invited":
        filters = Filters(**{**_given(request.POST), "state": AccountState.INVITED})
        chosen = queries.narrowed(permissions.visible_people(request.actor), filters)
        reachable = permissions.accounts_in_reach(request.actor, permissions.ISSUE_CODES).filter(person__in=chosen.values("pk"))
        ids = list(reachable.order_by("person__unit_path", "pk").values_list("person_id", flat=True)[: SLIPS + 1])
    else:
        ids = whole_numbers(request.POST.getlist("person"))
    if len(ids) > SLIPS:
        raise Invalid(_("一次最多打印 %(most)d 张激活条，请先按学段、学科或学校缩小范围。") % {"most": SLIPS})
    slips = actions.issue_codes(person_ids=ids, by=request.actor, at=at)
    units = {slip.unit_name for slip in slips}
    context = {"slips": slips, "unit_name": units.pop() if len(units) == 1 else "", "at": at, "address": request.get_host()}
    return htmx.page(request, "people/slips.html", context)


@require_GET
@signed_in
def person(request: SignedInRequest, person_id: int) -> HttpResponse:
    """Show one person: masked numbers, what she teaches, where she worked, and what may be done."""
    return person_page(request, person_id)


@require_POST
@requires(permissions.REVEAL_IDENTITY)
def reveal_identity(request: SignedInRequest, person_id: int) -> HttpResponse:
    """Show the whole identity number once, to those who may and say why."""
    someone = get_object_or_404(permissions.visible_people(request.actor), pk=person_id)
    number = actions.reveal_identity(person=someone, reason=request.POST.get("reason", ""), by=request.actor, at=now())
    return person_page(request, person_id, revealed=number)


def person_page(request: SignedInRequest, person_id: int, *, revealed: str = "") -> HttpResponse:
    """Render the page of a person inside the scope. Cost: 4 queries."""
    someone = get_object_or_404(permissions.visible_people(request.actor).select_related("unit"), pk=person_id)
    account = queries.account_of(someone)
    taught = queries.teachings_of([someone.pk]).get(someone.pk, [])
    context = {
        "person": someone,
        "account": account,
        "facts": _facts(someone, account, revealed),
        "teachings": [f"{row.stage} {row.subject}" for row in taught],
        "affiliations": list(queries.affiliations_of(someone)),
        "revealed": revealed,
        "may": _possible(request, someone, account),
        "reason_form": ReasonForm(auto_id="reason_%s"),
        "reveal_form": ReasonForm(auto_id="reveal_%s"),
    }
    return htmx.page(request, "people/person.html", context)


@dataclass(frozen=True, kw_only=True)
class Possible:
    """What the actor may do with a person; the page hides the rest."""

    correct: bool
    transfer: bool
    issue: bool
    suspend: bool
    reveal: bool


def _possible(request: SignedInRequest, someone: Person, account: Account) -> Possible:
    actor = request.actor
    return Possible(
        correct=not reason_against(permissions.check_can_correct, actor, someone, account),
        transfer=not reason_against(permissions.check_can_transfer, actor, someone, account, to_path=someone.unit_path or "/"),
        issue=not reason_against(permissions.check_can_issue_code, actor, someone, account),
        suspend=not reason_against(permissions.check_can_suspend, actor, someone, account),
        reveal=not reason_against(permissions.check_can_reveal_identity, actor, someone) and bool(someone.identity_hint),
    )


def _facts(someone: Person, account: Account, revealed: str) -> list[Fact]:
    return [
        Fact(label=_("单位"), value=someone.unit.name if someone.unit else _("没有登记单位")),
        Fact(label=_("账号"), value=account.username),
        Fact(label=_("账号状态"), value=AccountState(account.state).label),
        Fact(label=_("教师编号"), value=someone.staff_number or _("没有登记")),
        Fact(label=someone.get_identity_kind_display(), value=revealed or someone.identity_hint or _("没有登记")),
        Fact(label=_("手机号"), value=someone.mobile_hint or _("没有登记")),
    ]


def _given(source: object) -> dict[str, str]:
    get = source.get  # type: ignore[attr-defined]  # a QueryDict
    state, stage, subject = get("state", ""), get("stage", ""), get("subject", "")
    return {
        "text": get("q", "").replace("\x00", "").strip()[:60],
        "state": state if state in AccountState.values else "",
        "stage": stage if stage in Stage.values else "",
        "subject": subject if subject in subjects() else "",
    }


def _filters(request: SignedInRequest) -> Filters:
    return Filters(**_given(request.GET))


def _query(filters: Filters, **changed: object) -> str:
    given = {"q": filters.text, "state": filters.state, "stage": filters.stage, "subject": filters.subject, **changed}
    return urlencode({name: value for name, value in given.items() if value})


def _filter_buttons(filters: Filters, counts: dict[str, int]) -> list[Filter]:
    states = [(state.value, state.label, counts.get(state, 0)) for state in AccountState]
    stages = [(stage.value, stage.label, None) for stage in Stage]
    taught = [(name, name, None) for name in (subjects_of(filters.stage) if filters.stage else list(subjects()))]
    return [
        _filter(_("账号"), "state", filters.state, states, filters),
        _filter(_("学段"), "stage", filters.stage, stages, filters),
        _filter(_("学科"), "subject", filters.subject, taught, filters),
    ]


def _filter(label: str, name: str, current: str, values: Sequence[tuple[str, str, int | None]], filters: Filters) -> Filter:
    words = {value: text for value, text, _count in values}
    options = [Option(label=_("全部"), url=f"?{_query(filters, **{name: ''})}", current=not current)]
    options += [
        Option(label=text, url=f"?{_query(filters, **{name: value})}", current=value == current, count=count)
        for value, text, count in values
    ]
    return Filter(label=label, value=words.get(current, _("全部")), options=options)
