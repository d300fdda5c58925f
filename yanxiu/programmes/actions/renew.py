"""A new version of a course takes the place of the old one in the programmes that offer it."""

from datetime import datetime

from django.db import transaction

from yanxiu.catalogue.models import Course
from yanxiu.kit import sql
from yanxiu.kit.actor import Actor
from yanxiu.programmes import permissions
from yanxiu.programmes.events import ProgrammeEvent
from yanxiu.records.actions import Entry, record_all

# Hours that a programme set otherwise than the course stay; running programmes only, the others are history.
_RENEW = """
INSERT INTO programmes_offering (programme_id, block, topic, course_id, hours)
SELECT DISTINCT ON (o.programme_id) o.programme_id, o.block, o.topic, %(new)s,
       CASE WHEN o.hours = c.hours THEN %(hours)s ELSE o.hours END
FROM programmes_offering o
JOIN programmes_programme p ON p.id = o.programme_id AND p.state = 'running'
JOIN catalogue_course c ON c.id = o.course_id
WHERE o.course_id = ANY(%(old)s)
ORDER BY o.programme_id, o.id DESC
ON CONFLICT DO NOTHING
RETURNING id, programme_id, block, topic, hours
"""


@transaction.atomic
def renew_offerings(*, old: list[int], new: Course, by: Actor, at: datetime) -> int:
    """Offer a version wherever earlier ones (`old`, ids) are offered; return in how many programmes.

    Raises NotPermitted. Cost: 3 queries.
    """
    permissions.check_can_renew(by)
    made = sql.rows(_RENEW, {"old": old, "new": new.pk, "hours": new.hours})
    record_all(
        [
            Entry(
                event=ProgrammeEvent.OFFERED, object_id=row["id"], object_label=new.title, programme_id=row["programme_id"],
                unit_path=new.owner.path, kind=row["block"], measure=row["hours"],
                data={"course": new.pk, "topic": row["topic"], "version": new.version},
            )
            for row in made
        ],
        by=by,
        at=at,
    )  # fmt: skip
    return len(made)
