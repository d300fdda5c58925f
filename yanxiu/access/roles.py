"""Roles as data: what each may do, on which kind of unit it is held, and whom its holder may appoint.

A role is stored by its code. Whoever appoints must stand strictly higher, and only inside the own scope (security AZ-10).
"""

from dataclasses import dataclass

from django.utils.translation import gettext

from yanxiu.access.vocabulary import Permission as May
from yanxiu.orgs.models import Kind

COUNTIES = frozenset({Kind.COUNTY, Kind.ZONE})
OFFICES = frozenset({Kind.NATION, Kind.PROVINCE, Kind.CITY}) | COUNTIES
UNITS = frozenset({Kind.SCHOOL, Kind.INSTITUTION, Kind.POINT})


@dataclass(frozen=True, kw_only=True)
class Role:
    """A role by its stable `code`. `held_at`: kinds of unit; `rank`: higher stands above; `appoints`: codes it may grant.

    `is_office` roles are administrative: never together with audit in one person. `needs_affiliation`: it rests while the
    person works elsewhere. `works_in_space`: the scope is one space, the unit only says where it belongs.
    """

    code: str
    zh: str
    zh_description: str
    permissions: frozenset[str]
    held_at: frozenset[Kind]
    rank: int
    appoints: frozenset[str] = frozenset()
    is_office: bool = False
    needs_affiliation: bool = False
    works_in_space: bool = False

    @property
    def label(self) -> str:
        """The name in the language of the page."""
        return gettext(self.zh)


_LOOK = frozenset(
    {
        May.ORGS_VIEW,
        May.PEOPLE_VIEW,
        May.PROGRAMMES_VIEW,
        May.LEARNING_VIEW,
        May.EVALUATION_VIEW,
        May.CREDITS_VIEW,
        May.INSIGHT_VIEW,
        May.FIELDWORK_VIEW,
        May.WORKSHOPS_VIEW,
        May.ASSESSMENT_VIEW,
        May.CATALOGUE_VIEW,
    }
)
_STAFF = frozenset(
    {
        May.PEOPLE_REGISTER,
        May.PEOPLE_CORRECT,
        May.PEOPLE_ISSUE_CODES,
        May.PEOPLE_SUSPEND,
        May.PEOPLE_IMPORT_ROSTER,
        May.ACCESS_VIEW,
        May.ACCESS_APPOINT,
        May.ACCESS_REVOKE,
    }
)
_SCHOOL = (
    _LOOK
    | _STAFF
    | {
        May.LEARNING_CHOOSE_TOPICS,
        May.LEARNING_SUPPLY,
        May.LEARNING_CONFIRM,
        May.LEARNING_FIX_SESSIONS,
        May.LEARNING_KEEP_ATTENDANCE,
        May.PROGRAMMES_SET_UNIT_DATES,
        May.PROGRAMMES_DEREGISTER,
        May.FIELDWORK_CONFIRM,
        May.FIELDWORK_PLAN,
        May.FIELDWORK_PLAN_GROUP,
        May.EVALUATION_APPRAISE,
        May.ASSESSMENT_WRITE,
        May.APPROVALS_DECIDE,
        May.CATALOGUE_SHELVE,
        May.INTEGRITY_MODERATE,
        May.INTEGRITY_VIEW,
        May.WORKSHOPS_MODERATE,
        May.WORKSHOPS_OPEN_COMMUNITY,
        May.NOTICES_ISSUE,
        May.NOTICES_REMIND,
    }
)
_OFFICE = (
    _LOOK
    | _STAFF
    | {
        May.ORGS_REGISTER,
        May.ORGS_RENAME,
        May.ORGS_MOVE,
        May.ORGS_CLOSE,
        May.PEOPLE_TRANSFER,
        May.PEOPLE_REVEAL_IDENTITY,
        May.APPROVALS_DECIDE,
        May.CATALOGUE_SHELVE,
        May.INTEGRITY_MODERATE,
        May.INTEGRITY_VIEW,
        May.INTEGRITY_INQUIRE,
        May.INTEGRITY_HEAR,
        May.INTEGRITY_KEEP_TEXTS,
        May.WORKSHOPS_MODERATE,
        May.WORKSHOPS_OPEN,
        May.CATALOGUE_DRAFT,
        May.CATALOGUE_PUBLISH,
        May.CATALOGUE_ARCHIVE,
        May.CATALOGUE_REVIEW,
        May.ASSESSMENT_WRITE_QUESTIONS,
        May.ASSESSMENT_REVIEW_QUESTIONS,
        May.ASSESSMENT_SET_EXAMS,
        May.PROGRAMMES_PUBLISH,
        May.PROGRAMMES_ENROL,
        May.PROGRAMMES_OFFER,
        May.PROGRAMMES_SET_UNIT_DATES,
        May.PROGRAMMES_DEREGISTER,
        May.PROGRAMMES_CLOSE,
        May.LEARNING_PUSH,
        May.LEARNING_DRAW,
        May.LEARNING_SUPPLY,
        May.LEARNING_FIX_SESSIONS,
        May.LEARNING_KEEP_ATTENDANCE,
        May.LEARNING_ASSIGN,
        May.LEARNING_CONFIRM,
        May.FIELDWORK_CONFIRM,
        May.EVALUATION_DECIDE,
        May.EVALUATION_ASSESS,
        May.EVALUATION_APPRAISE,
        May.ASSESSMENT_RELEASE,
        May.ASSESSMENT_ENTER,
        May.NOTICES_ISSUE,
        May.NOTICES_REMIND,
        May.INSIGHT_EXPORT,
        May.FILES_DELETE,
    }
)
_CREDITS = frozenset({May.CREDITS_SETTLE, May.CREDITS_REVERSE, May.CREDITS_CERTIFY})
_GUIDES = frozenset({"host", "tutor", "group_leader", "expert"})

_ALL = (
    Role(
        code="province_admin",
        zh="省项目办",
        zh_description="全省的方案、名额、统计、学分登记与证书",
        permissions=_OFFICE | _CREDITS,
        held_at=frozenset({Kind.NATION, Kind.PROVINCE}),
        rank=50,
        is_office=True,
        appoints=_GUIDES | {"city_admin", "county_admin", "school_admin", "designer"},
    ),
    Role(
        code="city_admin",
        zh="市项目办",
        zh_description="全市的名额、教学点、审核与主持人考核",
        permissions=_OFFICE | _CREDITS,
        held_at=frozenset({Kind.CITY}),
        rank=40,
        is_office=True,
        appoints=_GUIDES | {"county_admin", "school_admin", "designer"},
    ),
    Role(
        code="county_admin",
        zh="县级管理员",
        zh_description="全县的名册、审核、督促、学时认定与学分登记",
        permissions=_OFFICE | _CREDITS,
        held_at=COUNTIES,
        rank=30,
        is_office=True,
        appoints=_GUIDES | {"school_admin", "designer"},
    ),
    Role(
        code="school_admin",
        zh="学校管理员",
        zh_description="本校的选专题、教师名册、激活条、审核与督促",
        permissions=_SCHOOL,
        held_at=UNITS,
        rank=20,
        is_office=True,
        needs_affiliation=True,
        appoints=frozenset({"group_leader"}),
    ),
    Role(
        code="designer",
        zh="方案设计",
        zh_description="写方案、课程、题目和评价标准，推演后送审",
        permissions=frozenset(
            {
                May.ORGS_VIEW,
                May.PROGRAMMES_VIEW,
                May.PROGRAMMES_PUBLISH,
                May.PROGRAMMES_OFFER,
                May.CATALOGUE_VIEW,
                May.CATALOGUE_DRAFT,
                May.CATALOGUE_PUBLISH,
                May.CATALOGUE_ARCHIVE,
                May.ASSESSMENT_VIEW,
                May.ASSESSMENT_WRITE,
                May.ASSESSMENT_WRITE_QUESTIONS,
                May.ASSESSMENT_REVIEW_QUESTIONS,
            }
        ),
        held_at=OFFICES | {Kind.INSTITUTION},
        rank=15,
    ),
    Role(
        code="host",
        zh="工作坊主持人",
        zh_description="主持一个工作坊：简报、活动、众筹、答疑、审核",
        # Held at a workshop, while these are asked by units elsewhere: what a host may is what workshops ask by the workshop.
        permissions=frozenset({May.WORKSHOPS_VIEW, May.WORKSHOPS_HOST, May.WORKSHOPS_MODERATE, May.CATALOGUE_VIEW}),
        held_at=OFFICES | UNITS,
        rank=10,
        works_in_space=True,
    ),
    Role(
        code="tutor",
        zh="指导教师",
        zh_description="批阅作业与观课报告，答疑",
        permissions=frozenset(
            {
                May.ASSESSMENT_VIEW,
                May.ASSESSMENT_GRADE,
                May.ASSESSMENT_ENTER,
                May.WORKSHOPS_GUIDE,
                May.WORKSHOPS_VIEW,
                May.LEARNING_VIEW,
                May.LEARNING_CONFIRM,
                May.CATALOGUE_VIEW,
            }
        ),
        held_at=OFFICES | UNITS,
        rank=10,
    ),
    Role(
        code="expert",
        zh="评课专家",
        zh_description="评课、评案例，点评研究课",
        permissions=frozenset(
            {
                May.ASSESSMENT_VIEW,
                May.ASSESSMENT_GRADE,
                May.ASSESSMENT_WRITE_QUESTIONS,
                May.ASSESSMENT_REVIEW_QUESTIONS,
                May.ASSESSMENT_ENTER,
                May.CATALOGUE_VIEW,
                May.CATALOGUE_DRAFT,
                May.CATALOGUE_REVIEW,
                May.CATALOGUE_SHELVE,
                May.WORKSHOPS_GUIDE,
                May.WORKSHOPS_VIEW,
            }
        ),
        held_at=OFFICES | UNITS,
        rank=10,
    ),
    Role(
        code="group_leader",
        zh="研修组长",
        zh_description="组织、督促本组研修，记组内活动",
        permissions=frozenset(
            {
                May.LEARNING_VIEW,
                May.LEARNING_CONFIRM,
                May.LEARNING_KEEP_ATTENDANCE,
                May.WORKSHOPS_GUIDE,
                May.WORKSHOPS_VIEW,
                May.FIELDWORK_VIEW,
                May.FIELDWORK_PLAN_GROUP,
                May.NOTICES_REMIND,
            }
        ),
        held_at=UNITS,
        rank=5,
        needs_affiliation=True,
    ),
    Role(
        code="operator",
        zh="运维",
        zh_description="看护任务、存储、备份、接口；不看业务内容",
        permissions=frozenset({May.PORTAL_OPERATE, May.RECORDS_REBUILD}),
        held_at=OFFICES,
        rank=60,
        is_office=True,
    ),
    Role(
        code="auditor",
        zh="审计",
        zh_description="看谁在何时做了什么；自己什么也不改",
        permissions=frozenset({May.RECORDS_VIEW, May.ORGS_VIEW, May.ACCESS_VIEW}),
        held_at=OFFICES,
        rank=60,
    ),
)
ROLES: dict[str, Role] = {role.code: role for role in _ALL}
LEARNER_ZH = "参训教师"
AUDITOR = "auditor"
