"""Reads of persons and accounts: lists, one person's page, and who is behind a number."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.contrib.postgres.aggregates import ArrayAgg
from django.db.models import Count, Exists, F, ForeignObjectRel, Model, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Concat

from yanxiu.kit import sql
from yanxiu.kit.compiled import Compiled
from yanxiu.kit.text import half_width, person_name
from yanxiu.people import identity, mobile
from yanxiu.people.models import (
    Account,
    AccountState,
    ActivationCode,
    Affiliation,
    OpenSession,
    Person,
    RosterImport,
    RosterRow,
    RowOutcome,
    Teaching,
)


@dataclass(frozen=True, kw_only=True)
class Filters:
    """What a list of people is narrowed to; "" = everything. `text` is a name, its initials or a staff number."""

    text: str = ""
    state: str = ""
    stage: str = ""
    subject: str = ""
    unit_path: str = ""


def teachers(visible: QuerySet[Person], filters: Filters) -> QuerySet[Person]:
    """Return people with `state`, `username`, `unit_name`, `teachings` (labels, main first) and `has_code`, by unit and name.

    Cost: one query, whatever the number.
    """
    account = Account.objects.filter(person=OuterRef("pk"))
    codes = ActivationCode.objects.filter(account__person=OuterRef("pk"), used_at__isnull=True, void_at__isnull=True)
    labels = (
        Teaching.objects.filter(person=OuterRef("pk"))
        .order_by()
        .values("person")
        .annotate(labels=ArrayAgg(Concat(F("stage"), Value(" "), F("subject")), order_by=("-is_main", "stage", "subject")))
        .values("labels")
    )
    return (
        narrowed(visible, filters)
        .annotate(
            state=Subquery(account.values("state")[:1]),
            username=Subquery(account.values("username")[:1]),
            unit_name=F("unit__name"),
            teachings=Subquery(labels),
            has_code=Exists(codes),
        )
        .order_by("unit_path", "sort_key", "pk")
    )


def narrowed(visible: QuerySet[Person], filters: Filters) -> QuerySet[Person]:
    """Return the people that the filters leave, unordered."""
    found = visible
    if filters.text:
        found = found.filter(_matching(filters.text))
    if filters.state:
        found = found.filter(Exists(Account.objects.filter(person=OuterRef("pk"), state=filters.state)))
    if filters.stage or filters.subject:
        taught = {name: value for name, value in (("stage", filters.stage), ("subject", filters.subject)) if value}
        found = found.filter(Exists(Teaching.objects.filter(person=OuterRef("pk"), **taught)))
    if filters.unit_path:
        found = found.filter(unit_path__startswith=filters.unit_path)
    return found


def _matching(text: str) -> Q:
    plain = half_width(text)[:60]
    found = Q(name__contains=person_name(text)[:60]) | Q(staff_number=plain)
    if plain.isascii() and plain.isalpha():
        found |= Q(initials__startswith=plain.lower()) | Q(name__icontains=plain)
    return found


def teachings_of(person_ids: Iterable[int]) -> dict[int, list[Teaching]]:
    """Return what each person teaches, the main one first. Cost: one query."""
    found: dict[int, list[Teaching]] = {}
    for row in Teaching.objects.filter(person__in=list(person_ids)).order_by("person", "-is_main", "stage", "subject", "pk"):
        found.setdefault(row.person_id, []).append(row)
    return found


def affiliations_of(person: Person) -> QuerySet[Affiliation]:
    """Return where the person has worked, the present first, with the units."""
    return Affiliation.objects.filter(person=person).select_related("org").order_by("-from_on", "-pk")


def account_of(person: Person) -> Account:
    """Return the account of a person. Raises Account.DoesNotExist when there is none (a mistake of ours)."""
    return Account.objects.get(person=person)


def persons_by_identity(numbers: Sequence[str]) -> Mapping[str, Person]:
    """Return the persons behind identity numbers in any written form, by canonical number; the unknown are missing. Cost: one query.

    For roles that may register people only: it tells whether a number is known.
    """
    wanted = {identity.blind_index(number): identity.canonical(number) for number in numbers}
    found = Person.objects.filter(identity_index__in=list(wanted)).select_related("unit")
    return {wanted[bytes(person.identity_index or b"")]: person for person in found}


def _meant(username: str, identity: bytes, mobile: bytes) -> QuerySet[Account]:
    # Each way by its own index: joined by OR the whole table is read.
    known = Person.objects.order_by().values("pk")
    people = Account.objects.filter(username=username).order_by().values("person")
    meant = people.union(known.filter(identity_index=identity), known.filter(mobile_index=mobile))
    return Account.objects.filter(person__in=meant).select_related("person").order_by("pk")[:5]


_MEANT = Compiled(_meant, username=str, identity=bytes, mobile=bytes)


def account_named(typed: str) -> Account | None:
    """Return the account meant by an account name, an identity number or a mobile number; None when none or several fit.

    A name wins over a number, an identity number over a mobile number shared by chance. Cost: one query.
    """
    typed = typed[:200]
    if not typed.strip() or "\x00" in typed:
        return None
    by_identity, by_mobile = identity.blind_index(typed), mobile.blind_index(typed)
    username = half_width(typed).lower()
    found = _MEANT(username=username, identity=by_identity, mobile=by_mobile)
    for fits in (
        lambda account: account.username == username,
        lambda account: bytes(account.person.identity_index or b"") == by_identity,
        lambda account: bytes(account.person.mobile_index or b"") == by_mobile,
    ):
        matching = [account for account in found if fits(account)]
        if matching:
            return matching[0] if len(matching) == 1 else None
    return None


def state_counts(visible: QuerySet[Person]) -> dict[str, int]:
    """Return how many people of a scope stand in each account state. Cost: one query."""
    found = Account.objects.filter(person__in=visible.values("pk")).order_by().values("state").annotate(n=Count("pk"))
    return {row["state"]: row["n"] for row in found}


def outcome_counts(roster: RosterImport) -> dict[str, int]:
    """Return how many rows of a roster have each outcome, and under "open" those accepted or matched but not yet imported. One query."""
    found = RosterRow.objects.filter(roster=roster).order_by().values("outcome")
    rows = list(found.annotate(n=Count("pk"), undone=Count("pk", filter=Q(done_at__isnull=True))))
    counts = {row["outcome"]: row["n"] for row in rows}
    counts["open"] = sum(row["undone"] for row in rows if row["outcome"] in {RowOutcome.ACCEPTED, RowOutcome.MATCHED})
    return counts


def open_problems(roster: RosterImport) -> QuerySet[RosterRow]:
    """Return the refused and held rows, in the order of the file, with `roster`."""
    return RosterRow.objects.filter(roster=roster, outcome__in=[RowOutcome.REFUSED, RowOutcome.HELD]).order_by("number", "pk")


def roster_people(roster: RosterImport) -> list[tuple[int, str]]:
    """Return the persons whom a roster brought or matched, with "yes", "no" or "" for being in the plan, in its order. One query.

    For who enrols people from a roster.
    """
    words = {"是": "yes", "计划内": "yes", "√": "yes", "否": "no", "计划外": "no", "×": "no"}
    rows = RosterRow.objects.filter(roster=roster, done_at__isnull=False).order_by("number", "pk").values_list("person_id", "values")
    return [(int(person_id or 0), words.get(half_width(values.get("plan", "")), "")) for person_id, values in rows]


def touched_people(person_ids: Sequence[int], *, since: datetime) -> set[int]:
    """Return the persons with whom something has happened since: a record about them, a used account, or a row of another package.

    Being registered does not count. Cost: one query per table that refers to persons.
    """
    ids = list(person_ids)
    touched = {
        row["person_id"]
        for row in sql.rows(
            "SELECT DISTINCT person_id FROM records_record WHERE person_id = ANY(%(ids)s) AND at >= %(since)s "
            "AND NOT (verb = 'registered' AND object_type = 'person')",
            {"ids": ids, "since": since},
        )
    }
    touched |= set(Account.objects.filter(person__in=ids).exclude(state=AccountState.INVITED).values_list("person_id", flat=True))
    accounts = dict(Account.objects.filter(person__in=ids).values_list("pk", "person_id"))
    touched |= _referred_to(Person, ids)
    touched |= {accounts[account_id] for account_id in _referred_to(Account, list(accounts))}
    return touched


def _referred_to(model: type[Model], ids: Sequence[int]) -> set[int]:
    """Return those of the rows to which tables of whatever package refer, those made at registration apart."""
    found: set[int] = set()
    for relation in model._meta.get_fields(include_hidden=True):  # noqa: SLF001 - Django's documented interface
        if isinstance(relation, ForeignObjectRel) and relation.related_model not in {Account, Affiliation, Teaching}:
            column = relation.field.name
            rows = relation.related_model._default_manager.filter(**{f"{column}__in": ids})  # noqa: SLF001 - as above
            found |= set(rows.values_list(f"{column}__pk", flat=True))
    return found


def open_sessions(account: Account, *, since: datetime) -> list[OpenSession]:
    """Return the sign-ins of an account that may still hold, opened `since` and not ended, the newest first. Cost: one query."""
    return list(OpenSession.objects.filter(account=account, ended_at__isnull=True, opened_at__gt=since).order_by("-opened_at", "-pk"))
