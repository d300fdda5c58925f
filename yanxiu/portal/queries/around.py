"""What stands around every page: unread messages, and where the entries of the menu lead."""

from collections.abc import Sequence
from dataclasses import dataclass

from yanxiu.kit import sql

# One statement for every page: it may cost nothing more. Most people wear no hat, and are asked less.
_OF_LEARNER = """
SELECT
  (SELECT count(*)::int FROM notices_delivery d WHERE d.person_id = %(person)s AND d.read_at IS NULL) AS unread,
  (SELECT e.id FROM programmes_enrolment e JOIN programmes_programme g ON g.id = e.programme_id AND g.state = 'running'
    WHERE e.person_id = %(person)s AND e.state = 'active' ORDER BY e.enrolled_at DESC, e.id DESC LIMIT 1) AS enrolment_id
"""
_OF_OFFICE = f"""{_OF_LEARNER.rstrip()},
  (SELECT g.id FROM programmes_programme g WHERE g.state = 'running' AND %(path)s <> ''
    AND (g.owner_path LIKE %(path)s || '%%' OR starts_with(%(path)s, g.owner_path))
    ORDER BY g.created_at DESC, g.id DESC LIMIT 1) AS programme_id,
  ARRAY(SELECT CASE h.work
      WHEN 'decide' THEN (SELECT count(*)::int FROM programmes_withdrawal w JOIN programmes_enrolment e ON e.id = w.enrolment_id
        WHERE w.state = 'applied' AND e.unit_path LIKE h.path || '%%' AND e.person_id <> %(person)s)
        + (SELECT count(*)::int FROM approvals_chainstep a
        WHERE a.state = 'waiting' AND a.unit_path = h.path AND a.space_id IS NULL AND a.asked_by IS DISTINCT FROM %(person)s)
      WHEN 'mark' THEN (SELECT count(*)::int FROM assessment_submission s JOIN programmes_enrolment e ON e.id = s.enrolment_id
        WHERE s.state = 'submitted' AND e.unit_path LIKE h.path || '%%' AND e.person_id <> %(person)s)
      WHEN 'host' THEN (SELECT count(*)::int FROM workshops_membership m WHERE m.state = 'requested' AND m.workshop_id = h.path::bigint)
      ELSE 0 END
    FROM unnest(%(works)s::text[], %(paths)s::text[]) WITH ORDINALITY AS h(work, path, number) ORDER BY h.number) AS waiting
"""


@dataclass(frozen=True, kw_only=True)
class Around:
    """Counts and ids for the frame. `waiting` has one count per hat asked for; ids are None where there is nothing."""

    unread: int = 0
    enrolment_id: int | None = None
    programme_id: int | None = None
    waiting: Sequence[int] = ()


def around(*, person_id: int, path: str, works: Sequence[tuple[str, str]]) -> Around:
    """Return what the frame needs for a person under a hat at `path` ("" = learner).

    `works`: (kind, place) of every hat held. Cost: one query.
    """
    facts = {"person": person_id, "path": path, "works": [work for work, _ in works], "paths": [place for _, place in works]}
    return Around(**sql.rows(_OF_OFFICE if path or works else _OF_LEARNER, facts)[0])
