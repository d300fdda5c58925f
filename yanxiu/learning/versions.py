"""Who has begun a version of a course and who has not: the fixed statements of following a new version, and its foresight."""

from django.db.models import Q
from django.utils.translation import gettext as _

from yanxiu.catalogue.models import Course
from yanxiu.kit import sql
from yanxiu.kit.components import Effect

# Begun: a step or the course done, a second watched, or a step opened.
BEGUN = """
(EXISTS (SELECT 1 FROM learning_coursedone d WHERE d.enrolment_id = s.enrolment_id AND d.course_id = o.course_id)
 OR EXISTS (SELECT 1 FROM learning_stepdone d JOIN catalogue_step t ON t.id = d.step_id AND t.course_id = o.course_id
            WHERE d.enrolment_id = s.enrolment_id)
 OR EXISTS (SELECT 1 FROM learning_progress p JOIN catalogue_step t ON t.id = p.item_id AND t.course_id = o.course_id
            WHERE p.person_id = e.person_id AND p.enrolment_id = s.enrolment_id AND p.kind = 1)
 OR EXISTS (SELECT 1 FROM learning_lease l JOIN catalogue_step t ON t.id = l.item_id AND t.course_id = o.course_id
            WHERE l.person_id = e.person_id AND l.enrolment_id = s.enrolment_id AND l.kind = 1))
"""

COUNT = f"""
SELECT count(*) FILTER (WHERE begun)::int AS begun, count(*) FILTER (WHERE NOT begun)::int AS fresh
FROM (SELECT {BEGUN} AS begun
      FROM learning_selection s
      JOIN programmes_offering o ON o.id = s.offering_id AND o.course_id = ANY(%(old)s)
      JOIN programmes_enrolment e ON e.id = s.enrolment_id AND e.state = 'active'
      JOIN programmes_programme p ON p.id = e.programme_id AND p.state = 'running'
      WHERE s.dropped_at IS NULL) AS held
"""

MOVE = f"""
UPDATE learning_selection AS s SET offering_id = n.id
FROM programmes_offering o, programmes_offering n, programmes_enrolment e
WHERE o.id = s.offering_id AND o.course_id = ANY(%(old)s) AND n.programme_id = o.programme_id AND n.course_id = %(new)s
  AND e.id = s.enrolment_id AND e.state = 'active' AND s.dropped_at IS NULL
  AND NOT EXISTS (SELECT 1 FROM learning_selection x
                  WHERE x.enrolment_id = s.enrolment_id AND x.offering_id = n.id AND x.dropped_at IS NULL)
  AND NOT {BEGUN}
"""


def earlier(course: Course) -> list[int]:
    """Return the ids of the earlier versions of a course. Cost: one query, none for a first version."""
    if course.family is None:
        return []
    family = Course.objects.filter(Q(pk=course.family) | Q(family=course.family), version__lt=course.version)
    return list(family.order_by("version", "pk").values_list("pk", flat=True))


def foresee(course: Course) -> list[Effect]:
    """Return how many will stay on what they began and how many will move. Cost: 2 queries, none for a first version."""
    old = earlier(course)
    if not old:
        return []
    found = sql.rows(COUNT, {"old": old, "new": course.pk})[0]
    before, after = _("前一版"), _("第 %(n)s 版") % {"n": course.version}
    people = _("%(n)s 人")
    return [
        Effect(label=people % {"n": f"{found['begun']:,}"} + _("已经开始学"), now=before, then=_("%(one)s，不变") % {"one": before}),
        Effect(label=people % {"n": f"{found['fresh']:,}"} + _("选了还没开始"), now=before, then=after),
        Effect(label=_("以后选课的人"), now=before, then=after),
    ]
