"""Who may settle, reverse, see ledgers and issue certificates."""

from django.db.models import Q, QuerySet

from yanxiu.credits.models import Certificate, Entry
from yanxiu.kit.actor import Actor
from yanxiu.kit.errors import NotFound, NotPermitted
from yanxiu.people.models import Person
from yanxiu.programmes.models import Programme

SETTLE = "credits.settle"
REVERSE = "credits.reverse"
VIEW = "credits.view"
ISSUE = "credits.certify"


def check_can_settle(actor: Actor, programme: Programme) -> None:
    """Raise NotPermitted unless the hat registers hours for the programme's owner."""
    if not actor.may(SETTLE, path=programme.owner_path, programme_id=programme.pk):
        raise NotPermitted("学时由方案主办单位的项目办结算。请换到项目办的身份。")


def check_can_reverse(actor: Actor, entry: Entry, person: Person) -> None:
    """Raise NotPermitted unless the hat may reverse here; nobody reverses his own entries (D-26)."""
    if not actor.is_system and actor.person_id == entry.person_id:
        raise NotPermitted("不能冲销自己的学时。请由上级处理。")
    if not actor.may(REVERSE, path=person.unit_path, programme_id=entry.programme_id):
        raise NotPermitted("冲销学时由项目办办理。请换到有权限的身份。")


def check_can_see_ledger(actor: Actor, person: Person) -> None:
    """Raise NotFound unless it is the actor's own ledger or lies in his scope."""
    if actor.person_id is not None and actor.person_id == person.pk:
        return
    if not actor.may(VIEW, path=person.unit_path):
        raise NotFound("没有找到这份学时台账。可能不在您当前身份的范围里。")


def visible_ledgers(actor: Actor) -> QuerySet[Person]:
    """Return the people whose ledger the actor may see. No query until used."""
    if actor.is_system:
        return Person.objects.all()
    places = Q(pk__in=())
    if actor.person_id is not None:
        places |= Q(pk=actor.person_id)
    for path in actor.paths(VIEW):
        places |= Q(unit_path__startswith=path)
    return Person.objects.filter(places)


def check_can_issue(actor: Actor, programme: Programme) -> None:
    """Raise NotPermitted unless the hat issues certificates for the programme's owner."""
    if not actor.may(ISSUE, path=programme.owner_path, programme_id=programme.pk):
        raise NotPermitted("证书由方案主办单位发放和撤销。请换到主办单位项目办的身份。")


def visible_certificates(actor: Actor) -> QuerySet[Certificate]:
    """Return the certificates of people whose ledger the actor may see. No query until used."""
    if actor.is_system:
        return Certificate.objects.all()
    return Certificate.objects.filter(person__in=visible_ledgers(actor))


def check_can_see_certificate(actor: Actor, certificate: Certificate) -> None:
    """Raise NotFound unless the holder's ledger is visible to the actor."""
    check_can_see_ledger(actor, certificate.person)


def check_is_system(actor: Actor) -> None:
    """Raise NotPermitted unless the system itself acts."""
    if not actor.is_system:
        raise NotPermitted("台账定时自动封存，不从网页办理。")
