"""The inside of keeping order: how posts and people are named in reports and measures, and which office hears appeals."""

from django.db.models.functions import Length
from django.utils.translation import gettext as _

from yanxiu.access.roles import OFFICES
from yanxiu.integrity.actions import Thing
from yanxiu.integrity.models import ReportCase
from yanxiu.integrity.queries import appeal_office
from yanxiu.kit.actor import Actor
from yanxiu.orgs.models import Org
from yanxiu.people.models import Person
from yanxiu.workshops import permissions
from yanxiu.workshops.likeness import POST
from yanxiu.workshops.models import Post, Space


def thing_of(post: Post) -> Thing:
    """Return a post as it is named in reports and measures."""
    title = post.title or _("“%(title)s”里的%(kind)s") % {
        "title": post.parent.title if post.parent else "",
        "kind": post.get_kind_display(),
    }
    return Thing(
        object_type=POST, object_id=post.pk, title=title[:200], snapshot=post.source, person_id=post.author_id, space_id=post.space_id,
        place=post.space.title, unit_path=post.space.org.path, programme_id=post.space.programme_id,
    )  # fmt: skip


def thing_of_case(case: ReportCase, space: Space | None, by: Actor) -> Thing:
    """Return what a case is about as measures name it: in its space, else before the office that acts. Cost: at most one query."""
    reaching = [path for path in by.paths(permissions.OFFICE) if case.unit_path.startswith(path)]
    office = Org.objects.filter(path__in=reaching).order_by(-Length("path"), "pk").first() if space is None else None
    return Thing(
        object_type=case.object_type, object_id=case.object_id, title=case.title, snapshot=case.snapshot, person_id=case.person_id,
        space_id=case.space_id, place=space.title if space is not None else office.name if office is not None else "",
        unit_path=case.unit_path,
        programme_id=space.programme_id if space is not None else None,
    )  # fmt: skip


def thing_in(space: Space, person: Person) -> Thing:
    """Return a person in a space as measures against her name it."""
    return Thing(
        object_type="", object_id=0, title="", snapshot="", person_id=person.pk, space_id=space.pk, place=space.title,
        unit_path=space.org.path, programme_id=space.programme_id,
    )  # fmt: skip


def appeal_seat(space: Space, by: Actor) -> Org:
    """Return the office that hears appeals against what an actor does in a space: above a host the space's own, above an office the next.

    Cost: 2 queries.
    """
    return appeal_seat_at(space.org.path, by)


def appeal_seat_at(path: str, by: Actor) -> Org:
    """Return the office that hears appeals against what an actor does at a unit path. Cost: 2 queries."""
    above = [int(part) for part in path.strip("/").split("/")]
    units = list(Org.objects.filter(pk__in=above).order_by(-Length("path"), "pk"))
    nearest = next((one for one in units if one.kind in OFFICES), units[0])
    reaching = [one.path for one in by.grants if permissions.MODERATE in one.permissions and one.space_id is None]
    own = next((one for one in units if one.path in reaching), None)
    return nearest if own is None else appeal_office(own)
