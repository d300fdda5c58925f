"""What spaces a plan asks for, as rows of the database: one SELECT a kind of space, laid by one statement each.

Each SELECT gives org_id, plan_key, title and what its kind needs of: parent_id, parent_path, level, stage, subject, topic, shared_with_id,
opened_by. `%(below)s` is the path of the programme's owner with a wildcard behind it.
"""

from dataclasses import dataclass, field

from yanxiu.programmes.plan.schema.work import Space as SpaceRow
from yanxiu.workshops.models import Joining, SpaceKind, SpaceState, Tool, Visibility

_BLANK = {
    "parent_id": "NULL::bigint", "parent_path": "'/'", "level": "''", "stage": "''", "subject": "''", "topic": "''",
    "shared_with_id": "NULL::bigint", "opened_by": "NULL::bigint",
}  # fmt: skip
COLUMNS = ("org_id", "plan_key", "title", *_BLANK)

# `programme` is null for personal spaces: a person has one, whatever she takes part in.
LAY = """
WITH wanted AS (SELECT r.*, row_number() OVER () AS place FROM ({rows}) r), fresh AS (
    SELECT l.*, nextval(pg_get_serial_sequence('workshops_space', 'id')) AS id FROM (
        SELECT w.* FROM wanted w WHERE NOT EXISTS (
            SELECT FROM workshops_space s WHERE s.programme_id = %(programme)s AND s.plan_key = w.plan_key AND s.kind <> 'sub_workshop'
        ) ORDER BY w.place
    ) l
), laid AS (
    INSERT INTO workshops_space (
        id, programme_id, org_id, kind, parent_id, path, plan_key, level, stage, subject, topic, title, intro, rules, tools, needs,
        "column", shared_with_id, cap, splits, member_count, visibility, joining, state, opened_by, is_joint, opened_at
    )
    SELECT f.id, %(programme_or_none)s::bigint, f.org_id, %(kind)s, f.parent_id, f.parent_path || f.id || '/', f.plan_key, f.level, f.stage,
        f.subject, f.topic, left(f.title, 120), '', '', %(tools)s, %(needs)s, %(column)s, f.shared_with_id, %(cap)s, %(splits)s, %(seats)s,
        %(visibility)s, %(joining)s, %(state)s, f.opened_by, FALSE, %(at)s
    FROM fresh f ON CONFLICT DO NOTHING RETURNING id
)
SELECT id FROM laid ORDER BY id
"""


def rows_of(source: str, **columns: str) -> str:
    """Write the SELECT of one kind; columns that are not given are blank."""
    named = {"org_id": "o.id"} | _BLANK | columns
    return f"SELECT {', '.join(f'{named[name]} AS {name}' for name in COLUMNS)} FROM {source}"


_SCHOOLS = "orgs_org o WHERE o.kind = 'school' AND o.path LIKE %(below)s AND o.closed_on IS NULL"
_COUNTY_ABOVE = (
    "(SELECT c.id FROM orgs_org c WHERE c.kind IN ('county', 'zone') AND o.path LIKE c.path || '%%' ORDER BY length(c.path) DESC LIMIT 1)"
)
TOPICS = rows_of(
    "unnest(%(topics)s::text[]) WITH ORDINALITY AS t (topic, place) CROSS JOIN orgs_org o WHERE o.id = %(owner)s ORDER BY t.place",
    plan_key="%(type)s || ':' || t.topic", title="t.topic || '专题工作坊'", topic="t.topic",
)  # fmt: skip
SCHOOLS = rows_of(f"{_SCHOOLS} ORDER BY o.id", plan_key="'school_community:' || o.id", title="o.name || '社区'")
REGIONS = rows_of(
    "orgs_org o WHERE o.kind IN ('province', 'city', 'county', 'zone') AND o.path LIKE %(below)s AND o.closed_on IS NULL ORDER BY o.id",
    plan_key="'regional_community:' || o.id", title="o.name || '区域社区'",
)  # fmt: skip
SCHOOL_CLASSES = rows_of(
    f"{_SCHOOLS} ORDER BY o.id", plan_key="'class:' || o.id", title="o.name || '研培班级'",
    shared_with_id=f"CASE WHEN %(is_shared)s THEN {_COUNTY_ABOVE} END",
)  # fmt: skip
CLASSES = rows_of(
    """(
        SELECT DISTINCT e.stage, e.subject, e.in_plan FROM programmes_enrolment e
        WHERE e.programme_id = %(programme)s AND e.state = 'active'
    ) e CROSS JOIN orgs_org o WHERE o.id = %(owner)s ORDER BY e.stage, e.subject, e.in_plan""",
    plan_key="'class:' || e.stage || ':' || e.subject || ':' || coalesce(e.in_plan::text, '')",
    title="e.stage || e.subject || '班' || CASE e.in_plan WHEN TRUE THEN '（计划内）' WHEN FALSE THEN '（计划外）' ELSE '' END",
    stage="e.stage", subject="e.subject", level="''",
)  # fmt: skip
SUBJECT_PAGES = rows_of(
    "unnest(%(subjects)s::text[]) WITH ORDINALITY AS t (subject, place) CROSS JOIN orgs_org o WHERE o.id = %(owner)s ORDER BY t.place",
    plan_key="'subject_page:' || t.subject", title="t.subject || '学科首页'", subject="t.subject",
)  # fmt: skip
LEARNERS = rows_of(
    """programmes_enrolment e JOIN people_person p ON p.id = e.person_id
    WHERE e.programme_id = %(programme)s AND e.state = 'active'
    AND NOT EXISTS (SELECT FROM workshops_space s WHERE s.kind = 'personal' AND s.opened_by = p.id)
    ORDER BY e.id LIMIT %(most)s""",
    org_id="e.unit_id", plan_key="'personal_space:' || p.id", title="p.name || '的空间'", opened_by="p.id",
)  # fmt: skip
TRAINERS = rows_of(
    """(
        SELECT e.person_id, e.unit_id AS org_id FROM programmes_enrolment e
        WHERE e.programme_id = %(programme)s AND e.state = 'active' AND e.role = 'county_trainer'
        UNION
        SELECT a.person_id, min(a.org_id) FROM access_appointment a JOIN orgs_org u ON u.id = a.org_id
        WHERE a.role = 'expert' AND u.path LIKE %(below)s AND coalesce(a.programme_id, %(programme)s) = %(programme)s
        AND a.revoked_at IS NULL AND a.from_on <= %(day)s AND coalesce(a.until_on, %(day)s) >= %(day)s GROUP BY a.person_id
    ) t JOIN people_person p ON p.id = t.person_id ORDER BY p.id""",
    org_id="t.org_id", plan_key="'teacher_workshop:' || p.id", title="p.name || '教师工作坊'", opened_by="p.id",
)  # fmt: skip
# One level of the tree; the row above is the nearest workshop of the same stage and subject that stands already.
SUBJECTS = rows_of(
    """unnest(%(stages)s::text[], %(subjects)s::text[]) WITH ORDINALITY AS t (stage, subject, place)
    JOIN orgs_org o ON o.kind = ANY(%(kinds)s) AND o.path LIKE %(below)s AND o.closed_on IS NULL
    LEFT JOIN LATERAL (
        SELECT s.id, s.path FROM workshops_space s JOIN orgs_org u ON u.id = s.org_id
        WHERE s.programme_id = %(programme)s AND s.kind = 'subject_workshop' AND s.level <> '' AND s.stage = t.stage
        AND s.subject = t.subject AND u.id <> o.id AND u.id = ANY(string_to_array(btrim(o.path, '/'), '/')::bigint[])
        ORDER BY length(u.path) DESC LIMIT 1
    ) above ON TRUE ORDER BY t.place, o.id""",
    plan_key="'subject_workshop:' || t.stage || ':' || t.subject || ':' || o.id",
    title="o.name || t.stage || t.subject || '学科工作坊'", parent_id="above.id", parent_path="coalesce(above.path, '/')",
    level="%(level)s", stage="t.stage", subject="t.subject",
)  # fmt: skip

# Seats that follow from the roster: a class and a school's community seat those of the unit, a subject workshop those of its stage and
# subject for whom no lower one stands. Who left or was removed is not seated again; hosts have no seat.
SEAT = """
WITH meant AS (
    SELECT e.person_id, s.id AS space_id FROM programmes_enrolment e
    JOIN workshops_space s ON s.programme_id = e.programme_id AND s.org_id = ANY(string_to_array(btrim(e.unit_path, '/'), '/')::bigint[])
    WHERE e.programme_id = %(programme)s AND e.state = 'active' AND s.joining = 'roster' AND s.cap IS NULL AND s.state <> 'closed'
    AND s.kind IN ('class', 'school_community') AND s.stage IN ('', e.stage) AND s.subject IN ('', e.subject)
    AND (s.plan_key NOT LIKE 'class:%%:%%:%%' OR s.plan_key LIKE '%%:' || coalesce(e.in_plan::text, ''))
    UNION ALL
    SELECT e.person_id, lowest.id FROM programmes_enrolment e CROSS JOIN LATERAL (
        SELECT s.id, s.cap FROM workshops_space s JOIN orgs_org u ON u.id = s.org_id
        WHERE s.programme_id = e.programme_id AND s.kind = 'subject_workshop' AND s.level <> '' AND s.joining = 'roster'
        AND s.stage = e.stage AND s.subject = e.subject AND s.state <> 'closed'
        AND u.id = ANY(string_to_array(btrim(e.unit_path, '/'), '/')::bigint[]) ORDER BY length(u.path) DESC LIMIT 1
    ) lowest WHERE e.programme_id = %(programme)s AND e.state = 'active' AND lowest.cap IS NULL
), seated AS (
    INSERT INTO workshops_membership (
        workshop_id, space_id, person_id, state, "group", message, reason, requested_at, decided_at, joined_at
    )
    SELECT m.space_id, m.space_id, m.person_id, 'member', '', '', '', %(at)s, %(at)s, %(at)s FROM meant m
    WHERE NOT EXISTS (SELECT FROM access_appointment a WHERE a.space_id = m.space_id AND a.person_id = m.person_id AND a.role = 'host'
        AND a.revoked_at IS NULL)
    ON CONFLICT (workshop_id, person_id) DO NOTHING RETURNING id, space_id
), counted AS (
    UPDATE workshops_space s SET member_count = s.member_count + n.n
    FROM (SELECT space_id, count(*) AS n FROM seated GROUP BY space_id) n WHERE s.id = n.space_id RETURNING s.id
)
SELECT array_agg(id) AS ids FROM seated
"""
SEATED = """
SELECT s.id::text AS object_id, s.title AS object_label, m.person_id, p.unit_path, s.programme_id, s.id AS space_id
FROM workshops_membership m JOIN workshops_space s ON s.id = m.space_id JOIN people_person p ON p.id = m.person_id
WHERE m.id = ANY(%(ids)s)
"""
OPENED = """
SELECT s.id::text AS object_id, s.title AS object_label, s.opened_by AS person_id, o.path AS unit_path, s.kind, s.programme_id,
    s.id AS space_id
FROM workshops_space s JOIN orgs_org o ON o.id = s.org_id WHERE s.id = ANY(%(ids)s)
"""
OWN_SEATS = """
INSERT INTO workshops_membership (workshop_id, space_id, person_id, state, "group", message, reason, requested_at, decided_at, joined_at)
SELECT s.id, s.id, s.opened_by, 'member', '', '', '', %(at)s, %(at)s, %(at)s FROM workshops_space s WHERE s.id = ANY(%(ids)s)
ON CONFLICT DO NOTHING
"""


@dataclass(frozen=True, kw_only=True)
class Provision:
    """How spaces of a row of the plan begin."""

    kind: SpaceKind
    joining: Joining
    visibility: Visibility = Visibility.MEMBERS
    tools: tuple[Tool, ...] = field(default_factory=lambda: tuple(Tool))


KINDS = {
    "topic_workshop": Provision(kind=SpaceKind.TOPIC_WORKSHOP, joining=Joining.REQUEST),
    "topic_page": Provision(kind=SpaceKind.TOPIC_WORKSHOP, joining=Joining.REQUEST),
    "subject_workshop": Provision(kind=SpaceKind.SUBJECT_WORKSHOP, joining=Joining.ROSTER),
    "subject_page": Provision(kind=SpaceKind.SUBJECT_WORKSHOP, joining=Joining.OPEN, visibility=Visibility.PUBLIC),
    "teacher_workshop": Provision(kind=SpaceKind.TEACHER_WORKSHOP, joining=Joining.REQUEST),
    "school_community": Provision(kind=SpaceKind.SCHOOL_COMMUNITY, joining=Joining.ROSTER, visibility=Visibility.PUBLIC),
    "regional_community": Provision(kind=SpaceKind.REGIONAL_COMMUNITY, joining=Joining.OPEN, visibility=Visibility.PUBLIC),
    "class": Provision(kind=SpaceKind.CLASS, joining=Joining.ROSTER),
    "personal_space": Provision(kind=SpaceKind.PERSONAL, joining=Joining.CLOSED, tools=(Tool.LOG, Tool.SHARE, Tool.DISCUSSION)),
}
# What the functions and tools of a plan (002 §四) are here.
TOOLS_BY_WORD = {
    "资源建设": (Tool.SHARE,), "资源汇聚": (Tool.SHARE,), "资源推送": (Tool.SHARE, Tool.ANNOUNCEMENT), "资源分享": (Tool.SHARE,),
    "研讨交流": (Tool.DISCUSSION, Tool.QA, Tool.PROBLEM), "互动交流": (Tool.DISCUSSION,), "调查统计": (Tool.BALLOT,),
    "跨校活动组织": (Tool.ACTIVITY,), "活动组织": (Tool.ACTIVITY, Tool.CHECK_IN), "计划发布": (Tool.ANNOUNCEMENT, Tool.GUIDE),
    "信息反馈": (Tool.ANNOUNCEMENT, Tool.BRIEFING, Tool.ARTICLE, Tool.QA), "日志发布": (Tool.LOG,), "成员管理": (Tool.LOG,),
}  # fmt: skip


def tools_of(row: SpaceRow) -> list[str]:
    """Return the tools that a row of the plan names, in the order of `Tool`; all that its kind has when it names none."""
    named = {tool for word in (*row.functions, *row.tools) for tool in TOOLS_BY_WORD.get(word, ())}
    return [tool.value for tool in Tool if tool in (named or KINDS[row.type].tools)]


def state_of(row: SpaceRow) -> SpaceState:
    """A space that must have documents first begins in preparation."""
    return SpaceState.PREPARING if row.needs else SpaceState.OPEN
