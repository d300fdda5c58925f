"""Who may see and change persons and accounts. Every check has its queryset twin; a property test keeps them equal."""

from functools import reduce
from operator import or_

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from yanxiu.kit.actor import Actor
from yanxiu.kit.errors import NotFound, NotPermitted
from yanxiu.people.models import Account, Person, RosterImport

VIEW = "people.view"
REGISTER = "people.register"
CORRECT = "people.correct"
TRANSFER = "people.transfer"
ISSUE_CODES = "people.issue_codes"
SUSPEND = "people.suspend"
REVEAL_IDENTITY = "people.reveal_identity"
IMPORT_ROSTER = "people.import_roster"


def check_can_see_person(actor: Actor, person: Person) -> None:
    """Raise NotFound unless it is oneself or somebody who works inside the scope of `people.view`."""
    if _is_self(actor, person) or actor.may(VIEW, path=_place(person)):
        return
    raise NotFound(_("没有找到这个人。可能已调走，或不在您当前身份的范围里。"))


def visible_people(actor: Actor) -> QuerySet[Person]:
    """Return the persons whom `check_can_see_person` lets the actor see."""
    return Person.objects.filter(reduce(or_, (_within(path) for path in actor.paths(VIEW)), Q(pk=actor.person_id)))


def check_can_list_people(actor: Actor) -> None:
    """Raise NotPermitted unless the hat sees people other than its wearer."""
    if not actor.may(VIEW):
        raise NotPermitted(_("教师名单由学校和各级管理员查看。"))


def check_can_register(actor: Actor, *, unit_path: str) -> None:
    """Raise NotPermitted unless the actor may register people in the unit."""
    _check(actor, REGISTER, unit_path, _("登记教师由本单位管理员或上级办理，这个单位不在您的范围里。"))


def check_can_correct(actor: Actor, person: Person, account: Account) -> None:
    """Raise unless the actor may correct the person's name or identity number."""
    check_can_see_person(actor, person)
    _check(actor, CORRECT, _place(person), _("更正姓名和证件号由学校管理员办理。"))
    _check_guard(actor, CORRECT, account)


def check_can_transfer(actor: Actor, person: Person, account: Account, *, to_path: str) -> None:
    """Raise unless the actor's scope holds both the unit left and the unit entered (AZ-10)."""
    check_can_see_person(actor, person)
    words = _("调动由两边单位共同的上级办理：跨校由县里，跨县由市里。")
    _check(actor, TRANSFER, _place(person), words)
    _check(actor, TRANSFER, to_path, words)
    _check_guard(actor, TRANSFER, account)


def check_can_issue_code(actor: Actor, person: Person, account: Account) -> None:
    """Raise unless the actor may give the person a new activation code."""
    check_can_see_person(actor, person)
    _check(actor, ISSUE_CODES, _place(person), _("激活条由学校管理员发。"))
    _check_guard(actor, ISSUE_CODES, account)


def check_can_suspend(actor: Actor, person: Person, account: Account) -> None:
    """Raise unless the actor may suspend or restore the account; nobody suspends himself."""
    check_can_see_person(actor, person)
    if _is_self(actor, person):
        raise NotPermitted(_("自己的账号不能由自己停用或恢复，请上级办理。"))
    _check(actor, SUSPEND, _place(person), _("停用和恢复账号由学校管理员办理。"))
    _check_guard(actor, SUSPEND, account)


def check_can_reveal_identity(actor: Actor, person: Person) -> None:
    """Raise unless the actor may read the whole identity number (P-11)."""
    check_can_see_person(actor, person)
    _check(actor, REVEAL_IDENTITY, _place(person), _("完整证件号只有县级及以上管理员在写明理由后可以查看。"))


def check_can_set_teachings(actor: Actor, person: Person) -> None:
    """Raise unless it is oneself, or somebody the actor may correct."""
    check_can_see_person(actor, person)
    if not _is_self(actor, person):
        _check(actor, CORRECT, _place(person), _("学段学科由本人或学校管理员确认。"))


def check_is_self(actor: Actor, person: Person) -> None:
    """Raise NotPermitted unless the actor is the person."""
    if not (actor.is_system or _is_self(actor, person)):
        raise NotPermitted(_("这一项只能由本人修改。"))


def check_is_system(actor: Actor) -> None:
    """Raise NotPermitted unless the system itself acts (reactions, commands)."""
    if not actor.is_system:
        raise NotPermitted(_("这一步自动完成，不从网页办理。"))


def check_can_import_roster(actor: Actor, *, unit_path: str) -> None:
    """Raise NotPermitted unless the actor may import rosters for the unit."""
    _check(actor, IMPORT_ROSTER, unit_path, _("名册由学校管理员或上级导入，这个单位不在您的范围里。"))


def check_can_see_roster(actor: Actor, roster: RosterImport) -> None:
    """Raise NotFound unless the roster was read for a unit inside the scope."""
    if not actor.may(IMPORT_ROSTER, path=roster.unit_path):
        raise NotFound(_("没有找到这份名册。可能已撤回，或不在您当前身份的范围里。"))


def visible_rosters(actor: Actor) -> QuerySet[RosterImport]:
    """Return the rosters which `check_can_see_roster` lets the actor see."""
    paths = actor.paths(IMPORT_ROSTER)
    return RosterImport.objects.filter(reduce(or_, (Q(unit_path__startswith=path) for path in paths), Q(pk__in=[])))


def accounts_in_reach(actor: Actor, permission: str) -> QuerySet[Account]:
    """Return the accounts of persons inside the scope whose guard, if any, the scope holds too. The twin of the checks above."""
    paths = actor.paths(permission)
    inside = reduce(or_, (_within(path, "person__") for path in paths), Q(pk__in=[]))
    guarded = reduce(or_, (Q(guard_path__startswith=path) for path in paths), Q(guard_path=""))
    return Account.objects.filter(inside & guarded)


def _within(path: str, prefix: str = "") -> Q:
    # The root scope holds people without a unit, too; a bare Q() would vanish in an OR.
    return ~Q(pk__in=[]) if path == "/" else Q(**{f"{prefix}unit_path__startswith": path})


def _place(person: Person) -> str:
    return person.unit_path or "/"


def _is_self(actor: Actor, person: Person) -> bool:
    return actor.person_id is not None and actor.person_id == person.pk


def _check(actor: Actor, permission: str, path: str, words: str) -> None:
    if not actor.may(permission, path=path):
        raise NotPermitted(words)


def _check_guard(actor: Actor, permission: str, account: Account) -> None:
    if account.guard_path and not actor.may(permission, path=account.guard_path):
        raise NotPermitted(_("这位老师担任管理职务，账号由任命单位的上级办理。"))
