"""Study days: fixed inside the plan's days, called by hand, checked without notice, leave, corrections, and what counts."""

from datetime import timedelta
from decimal import Decimal

import pytest

from tests.learning import factories as make
from tests.learning.hall import AT, PLAN, facts, make_hall
from tests.programmes import factories as programmes
from yanxiu.kit.actor import SYSTEM
from yanxiu.kit.errors import Conflict, Invalid, NotPermitted
from yanxiu.learning import attendance as rules
from yanxiu.learning.actions import checking, convening, leaving, signing
from yanxiu.learning.models import Attendance, AttendanceMark, Finding, LeaveState, MarkSource, SpotCheckEntry, StudySession
from yanxiu.records.models import Record

pytestmark = pytest.mark.django_db


@pytest.fixture
def hall(db):
    return make_hall()


def fix(hall, *, by=None, at=AT - timedelta(days=1), **more):
    given = facts(**{"title": "第二场", **more})
    return convening.fix_session(programme=hall.programme, unit=hall.place.school, facts=given, by=by or hall.school_admin, at=at)


# Fixing -----------------------------------------------------------------------------------------------------------------------


def test_fixing_calls_the_participants_of_the_unit(hall):
    make.participant(hall.programme, hall.place.second_school)

    assert Attendance.objects.filter(session=hall.session).count() == 3
    assert Record.objects.filter(verb="fixed", object_type="session").count() == 1


def test_fixing_can_call_one_subject_only(hall):
    make.participant(hall.programme, hall.place.school, subject="语文")

    assert Attendance.objects.filter(session=fix(hall, subject="语文")).count() == 1
    with pytest.raises(Invalid, match="没有符合条件"):
        fix(hall, subject="美术", title="第三场")


def test_only_the_school_or_an_office_above_fixes(hall):
    for actor in (hall.host, hall.who(), programmes.holder("school_admin", hall.place.second_school)):
        with pytest.raises(NotPermitted, match="学校管理员"):
            fix(hall, by=actor)
    assert fix(hall, by=hall.place.office).pk


@pytest.mark.parametrize(
    ("more", "field"),
    [
        ({"title": " "}, "title"),
        ({"place": "x"}, "place"),
        ({"ends_at": AT - timedelta(hours=3)}, "ends_at"),
        ({"starts_at": AT + timedelta(hours=3)}, "ends_at"),
        ({"hours": Decimal(0)}, "hours"),
        ({"starts_at": AT + timedelta(days=9), "ends_at": AT + timedelta(days=9, hours=1)}, "starts_at"),
    ],
)
def test_what_cannot_be_fixed_is_said_at_its_field_and_nothing_is_stored(hall, more, field):
    with pytest.raises(Invalid) as caught:
        fix(hall, **more)
    assert caught.value.field == field
    assert StudySession.objects.count() == 1


def test_days_outside_the_plan_are_named(hall):
    with pytest.raises(Invalid, match=r"统一集中学习（11 月 19 日 00:00 — 11 月 22 日 24:00）"):
        fix(hall, starts_at=AT + timedelta(days=9), ends_at=AT + timedelta(days=9, hours=1))


def test_working_day_ends_with_the_calendar(db):
    with pytest.raises(Invalid, match="17:30 下班"):
        make_hall(plan=PLAN.replace("hours: any", "hours: working_day"))


def test_a_plan_without_study_days_has_none(db):
    with pytest.raises(Conflict, match="没有写集中学习"):
        make_hall(plan=make.PLAN)


def test_the_same_session_is_fixed_once(hall):
    with pytest.raises(convening.SessionKnown):
        fix(hall, title=hall.session.title)


def test_a_table_is_fixed_whole_or_not_at_all(hall):
    good = [facts(title=f"第{number}讲") for number in range(3)]
    unit, by, at = hall.place.school, hall.school_admin, AT - timedelta(days=1)

    with pytest.raises(Invalid) as caught:
        convening.fix_sessions(programme=hall.programme, unit=unit, many=[*good, facts(place="")], by=by, at=at)
    assert caught.value.field == "3.place"
    assert StudySession.objects.count() == 1
    assert convening.fix_sessions(programme=hall.programme, unit=unit, many=good, by=by, at=at) == 3
    assert convening.fix_sessions(programme=hall.programme, unit=unit, many=good, by=by, at=at) == 0


def test_calling_off_ends_signs_and_counts_nothing(hall):
    hall.scan()
    convening.call_off(session=hall.session, reason="停电", by=hall.school_admin, at=AT)
    convening.call_off(session=hall.session, reason="停电", by=hall.school_admin, at=AT)

    with pytest.raises(Conflict, match="取消"):
        hall.scan(1)
    assert hall.settle() == 0
    assert hall.records() == []
    assert Record.objects.filter(verb="called_off").count() == 1


# By hand ----------------------------------------------------------------------------------------------------------------------


def test_the_roll_is_called_by_hand_with_a_reason(hall):
    ids = [hall.of(0).pk, hall.of(1).pk]

    assert signing.call_roll(session=hall.session, ids=ids, finding=Finding.PRESENT, reason="没带手机", by=hall.host, at=AT) == 2
    assert signing.call_roll(session=hall.session, ids=ids, finding=Finding.PRESENT, reason="没带手机", by=hall.host, at=AT) == 0
    assert [hall.of(number).state for number in range(3)] == [Finding.PRESENT, Finding.PRESENT, Finding.PENDING]
    with pytest.raises(Invalid):
        signing.call_roll(session=hall.session, ids=ids, finding=Finding.PRESENT, reason="", by=hall.host, at=AT)
    with pytest.raises(NotPermitted):
        signing.call_roll(session=hall.session, ids=ids, finding=Finding.PRESENT, reason="没带手机", by=hall.who(), at=AT)


# Spot checks ------------------------------------------------------------------------------------------------------------------


def test_a_failed_spot_check_undoes_the_sign_in(hall):
    hall.scan()
    check = checking.draw_spot_check(session=hall.session, size=3, by=hall.host, at=AT)
    entry = SpotCheckEntry.objects.get(check_list=check, attendance=hall.of())

    checking.mark_spot_check(entry=entry, is_here=False, by=hall.host, at=AT + timedelta(minutes=30))

    assert (hall.of().state, hall.of().source) == (Finding.ABSENT, MarkSource.SPOT_CHECK)
    hall.scan(at=AT + timedelta(minutes=40))
    assert hall.of().state == Finding.ABSENT
    entry.refresh_from_db()
    checking.mark_spot_check(entry=entry, is_here=True, by=hall.host, at=AT + timedelta(minutes=41))
    assert hall.of().state == Finding.PRESENT
    assert AttendanceMark.objects.filter(attendance=hall.of(), source="spot_check").count() == 2


def test_the_draw_can_be_repeated_and_is_even(hall):
    check = checking.draw_spot_check(session=hall.session, size=2, seed=42, by=hall.host, at=AT)
    people = sorted(Attendance.objects.filter(session=hall.session).values_list("pk", flat=True))
    drawn = list(SpotCheckEntry.objects.filter(check_list=check).order_by("number").values_list("attendance_id", flat=True))

    assert drawn == rules.drawn_from(people, size=2, seed=42)
    hits = [one for seed in range(600) for one in rules.drawn_from(range(6), size=2, seed=seed)]
    assert all(150 < hits.count(one) < 250 for one in range(6))


def test_spot_checks_are_for_hosts_while_the_session_runs(hall):
    with pytest.raises(NotPermitted):
        checking.draw_spot_check(session=hall.session, size=2, by=hall.who(), at=AT)
    with pytest.raises(Conflict, match="进行"):
        checking.draw_spot_check(session=hall.session, size=2, by=hall.host, at=hall.session.ends_at)
    with pytest.raises(Invalid):
        checking.draw_spot_check(session=hall.session, size=0, by=hall.host, at=AT)
    check = checking.draw_spot_check(session=hall.session, size=2, by=hall.host, at=AT)
    with pytest.raises(Conflict, match="散场"):
        checking.mark_spot_check(
            entry=SpotCheckEntry.objects.filter(check_list=check)[0], is_here=True, by=hall.host, at=hall.session.ends_at
        )


# Leave ------------------------------------------------------------------------------------------------------------------------


def test_leave_is_asked_granted_and_leaves_the_session_out(hall):
    request = leaving.ask_leave(attendance=hall.of(), reason="孩子发烧，去医院", by=hall.who(), at=AT - timedelta(hours=3))
    leaving.grant_leave(request=request, opinion="", by=hall.school_admin, at=AT)
    hall.settle()

    assert hall.of().state == Finding.LEAVE
    assert hall.records() == ["excused"]
    assert hall.tally("sessions.called")[0] == 0


def test_who_comes_in_spite_of_leave_is_present(hall):
    request = leaving.ask_leave(attendance=hall.of(), reason="孩子发烧，去医院", by=hall.who(), at=AT - timedelta(hours=3))
    leaving.grant_leave(request=request, opinion="", by=hall.school_admin, at=AT)

    hall.scan()

    assert hall.of().state == Finding.PRESENT


def test_leave_refused_says_why_and_can_be_asked_again(hall):
    ask = {"attendance": hall.of(), "reason": "有事", "by": hall.who(), "at": AT}
    request = leaving.ask_leave(**ask)

    with pytest.raises(Conflict, match="已经请过假"):
        leaving.ask_leave(**ask)
    with pytest.raises(Invalid, match="原因"):
        leaving.refuse_leave(request=request, opinion="", by=hall.school_admin, at=AT)
    with pytest.raises(NotPermitted):
        leaving.grant_leave(request=request, opinion="", by=hall.host, at=AT)
    leaving.refuse_leave(request=request, opinion="没有写事由", by=hall.school_admin, at=AT)
    with pytest.raises(Conflict):
        leaving.grant_leave(request=request, opinion="", by=hall.school_admin, at=AT)
    assert leaving.ask_leave(**ask).state == LeaveState.APPLIED


def test_leave_ends_with_the_session_and_is_ones_own(hall):
    with pytest.raises(Conflict, match="散场"):
        leaving.ask_leave(attendance=hall.of(), reason="有事", by=hall.who(), at=hall.session.ends_at)
    with pytest.raises(NotPermitted):
        leaving.ask_leave(attendance=hall.of(), reason="有事", by=hall.who(1), at=AT)


# What counts ------------------------------------------------------------------------------------------------------------------


def test_settled_results_count_hours_and_shares(hall):
    hall.scan(0)
    hall.scan(1, at=AT + timedelta(minutes=20))

    assert hall.settle() == 1
    assert hall.settle() == 0
    assert [hall.records(number) for number in range(3)] == [["attended"], ["attended"], ["missed"]]
    assert hall.tally("hours.earned", 0) == (1, Decimal("1.5"))
    assert (hall.tally("sessions.attended", 2)[0], hall.tally("sessions.called", 2)[0]) == (0, 1)


def test_late_counts_as_the_plan_says(db):
    hall = make_hall(plan=PLAN.replace("block: law", "block: law, late: absent, leave: absent"))
    hall.scan(at=AT + timedelta(minutes=20))
    request = leaving.ask_leave(attendance=hall.of(1), reason="开会", by=hall.who(1), at=AT)
    leaving.grant_leave(request=request, opinion="", by=hall.school_admin, at=AT)
    hall.settle()

    assert hall.of().state == Finding.LATE
    assert (hall.records(0), hall.records(1)) == (["missed"], ["missed"])


def test_a_correction_voids_what_counted_and_keeps_the_history(hall):
    hall.scan()
    hall.settle()
    later = AT + timedelta(days=2)

    signing.correct_attendance(attendance=hall.of(), finding=Finding.ABSENT, reason="监控里没有他", by=hall.school_admin, at=later)

    assert hall.records() == ["missed"]
    assert hall.tally("hours.earned") == (0, Decimal(0))
    signing.correct_attendance(attendance=hall.of(), finding=Finding.PRESENT, reason="看错了人", by=hall.school_admin, at=later)
    assert hall.records() == ["attended"]
    assert hall.tally("hours.earned") == (1, Decimal("1.5"))
    marks = AttendanceMark.objects.filter(attendance=hall.of())
    assert marks.count() == 3
    assert marks.filter(struck_at__isnull=True).count() == 2


def test_corrections_are_the_schools_and_never_ones_own(hall):
    with pytest.raises(NotPermitted):
        signing.correct_attendance(attendance=hall.of(), finding=Finding.PRESENT, reason="来了", by=hall.host, at=AT)
    own = programmes.holder("school_admin", hall.place.school, person=hall.people[0].person)
    with pytest.raises(Conflict, match="别的管理员"):
        signing.correct_attendance(attendance=hall.of(), finding=Finding.PRESENT, reason="我来了", by=own, at=AT)
    with pytest.raises(Invalid):
        signing.correct_attendance(attendance=hall.of(), finding=Finding.PRESENT, reason="", by=hall.school_admin, at=AT)


def test_only_the_system_settles(hall):
    with pytest.raises(NotPermitted):
        convening.settle_sessions(by=hall.school_admin, at=hall.session.ends_at)


def test_who_joined_since_is_called_when_it_is_settled(hall):
    late = make.participant(hall.programme, hall.place.school)

    hall.settle()

    assert Attendance.objects.get(session=hall.session, enrolment=late).state == Finding.ABSENT


def test_settling_costs_the_same_for_many(hall, django_assert_max_num_queries):
    for _ in range(20):
        make.participant(hall.programme, hall.place.school)
    with django_assert_max_num_queries(20):
        convening.settle_sessions(by=SYSTEM, at=hall.session.ends_at)
