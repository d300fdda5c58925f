"""The verbs of programmes."""

from yanxiu.programmes.actions.enrol import AlreadyEnrolled, NotAdmitted, QuotaFull, enrol, enrol_units
from yanxiu.programmes.actions.leave import LeaveClosed, apply_to_leave, approve_leave, return_leave
from yanxiu.programmes.actions.offer import AlreadyOffered, offer_course, withdraw_course
from yanxiu.programmes.actions.points import assign_point
from yanxiu.programmes.actions.publish import (
    PlanRefused,
    ProgrammeExists,
    begin_programme,
    close,
    create_programme,
    move_participants,
    publish,
    publish_draft,
    save_draft,
)
from yanxiu.programmes.actions.renew import renew_offerings
from yanxiu.programmes.actions.unit_dates import set_unit_dates

__all__ = [
    "AlreadyEnrolled",
    "AlreadyOffered",
    "LeaveClosed",
    "NotAdmitted",
    "PlanRefused",
    "ProgrammeExists",
    "QuotaFull",
    "apply_to_leave",
    "approve_leave",
    "assign_point",
    "begin_programme",
    "close",
    "create_programme",
    "enrol",
    "enrol_units",
    "move_participants",
    "offer_course",
    "publish",
    "publish_draft",
    "renew_offerings",
    "return_leave",
    "save_draft",
    "set_unit_dates",
    "withdraw_course",
]
