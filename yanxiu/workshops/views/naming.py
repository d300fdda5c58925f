"""People as somebody types them: a name or a staff number a line, looked for where she may see people."""

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from yanxiu.access.permissions import Permission
from yanxiu.kit.actor import Actor
from yanxiu.kit.errors import Invalid
from yanxiu.people.models import Person
from yanxiu.people.permissions import visible_people
from yanxiu.programmes.models import Enrolment, EnrolmentState
from yanxiu.workshops import permissions
from yanxiu.workshops.models import Space

MOST = 2_000
TOLD = 5


def people_named(actor: Actor, space: Space, text: str, *, field: str) -> list[Person]:
    """Return the one person of each line, of those below the unit of the space. Raises Invalid with the lines that fit nobody or several.

    Cost: one query.
    """
    lines = list(
        dict.fromkeys(" ".join(line.split()) for line in text.replace("，", "\n").replace("、", "\n").splitlines() if line.strip())
    )
    if not lines:
        raise Invalid(_("还没有写人。请写姓名或工号，一行一位。"), field=field)
    if len(lines) > MOST:
        raise Invalid(_("一次最多 %(most)s 人，现在 %(n)s 行，请分几次。") % {"most": MOST, "n": len(lines)}, field=field)
    found = nameable(actor, space).filter(Q(name__in=lines) | Q(staff_number__in=lines))
    by_line: dict[str, dict[int, Person]] = {line: {} for line in lines}
    for person in found.select_related("unit").order_by("pk"):
        for known in (person.name, person.staff_number):
            if known in by_line:
                by_line[known][person.pk] = person
    _check(by_line, space, field, tells_numbers=bool(actor.paths(Permission.PEOPLE_VIEW)))
    return [next(iter(fitting.values())) for fitting in by_line.values()]


def nameable(actor: Actor, space: Space) -> QuerySet[Person]:
    """Return the people below the unit of the space whom the actor may name: whom she sees, who takes part there or is known there.

    Hosts see no roster: whom they could name by trying, they would know of.
    """
    enrolled = Enrolment.objects.filter(programme=space.programme_id or 0, state=EnrolmentState.ACTIVE)
    known = Q(pk__in=visible_people(actor).values("pk")) | Q(pk__in=enrolled.values("person"))
    if space.pk is not None:
        known |= Q(pk__in=permissions.known_in(space).values("pk"))
    return Person.objects.filter(known, unit_path__startswith=space.org.path)


def _check(by_line: dict[str, dict[int, Person]], space: Space, field: str, *, tells_numbers: bool) -> None:
    nobody = [line for line, fitting in by_line.items() if not fitting]
    if nobody:
        words = {"unit": space.org.name, "names": "、".join(nobody[:TOLD]), "n": len(nobody)}
        raise Invalid(_("%(unit)s没有找到 %(n)s 行：%(names)s。请核对姓名，或填工号。") % words, field=field)
    several = {line: fitting for line, fitting in by_line.items() if len(fitting) > 1}
    if several:
        line, fitting = next(iter(several.items()))
        where = "、".join(
            f"{person.unit.name if person.unit else ''}{person.staff_number if tells_numbers else ''}"
            for person in list(fitting.values())[:TOLD]
        )
        raise Invalid(_("“%(name)s”有 %(n)s 位：%(where)s。请填工号。") % {"name": line, "n": len(fitting), "where": where}, field=field)
