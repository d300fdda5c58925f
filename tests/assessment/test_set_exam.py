"""Setting exams: drafts, announcing, widening, calling off, allowances; by actions and through the pages of an office."""

from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils.html import strip_tags

from tests.assessment import exam_factories as make
from tests.assessment import factories
from tests.catalogue.test_check_any import WRITTEN
from tests.drafts.forms import discard, keep
from yanxiu.assessment import papers
from yanxiu.assessment.actions import exam_setup as actions
from yanxiu.assessment.actions import scoring_exams as scoring
from yanxiu.assessment.actions.exam_setup import Allowance, ExamFacts
from yanxiu.assessment.models import Exam, ExamAllowance, Paper, Sitting
from yanxiu.kit.actor import SYSTEM
from yanxiu.kit.errors import Conflict, Invalid, NotFound
from yanxiu.programmes.models import Programme
from yanxiu.records.models import Record

pytestmark = pytest.mark.django_db
AT = factories.AT
HOUR = timedelta(hours=1)


@pytest.fixture
def programme() -> Programme:
    return make.programme()


def _facts(programme, **fields) -> ExamFacts:
    given = {
        "title": "期末网上考核", "paper": fields.pop("paper", None) or make.paper(owner=programme.owner), "opens_at": AT + HOUR,
        "closes_at": AT + 4 * HOUR, "minutes": 90,
    }  # fmt: skip
    return ExamFacts(**given | fields)


def _draft(programme, **fields) -> Exam:
    return actions.draft_exam(programme=programme, facts=_facts(programme, **fields), by=SYSTEM, at=AT)


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"title": " "}, "考试要有名称"),
        ({"closes_at": AT}, "结束要晚于开始"),
        ({"minutes": 181}, "从开始到结束只有 180 分钟，考不下 181 分钟"),
        ({"minutes": 0}, "每次考的分钟数应在 1 到 600 之间，现在是 0"),
        ({"attempts": 9}, "可考次数应在 1 到 5 之间"),
        ({"pass_score": Decimal(101)}, "及格分应在 0 到 100 之间"),
        ({"offline_minutes": 61}, "断网可答的分钟数应在 0 到 60 之间"),
        ({"markers": 3}, "每题几人批应在 1 到 2 之间"),
        ({"tolerance": Decimal(-1)}, "两人相差的容许分应在 0 到 100 之间"),
        ({"appeal_days": 31}, "复核申请的天数应在 0 到 30 之间"),
        ({"assessment": "exam"}, "方案里没有这一项考核"),
    ],
)
def test_what_cannot_be_is_refused_with_its_reason(programme, wrong, says):
    with pytest.raises(Invalid, match=says):
        _draft(programme, **wrong)

    assert not Exam.objects.exists()


def test_a_draft_paper_cannot_be_sat(programme):
    paper = make.paper(owner=programme.owner)
    Paper.objects.filter(pk=paper.pk).update(published_at=None, points=None)
    paper.refresh_from_db()

    with pytest.raises(Invalid, match="还是草稿，发布后才能用来考"):
        _draft(programme, paper=paper)


def test_an_announced_exam_is_only_widened(programme):
    exam = actions.announce_exam(exam=_draft(programme), by=SYSTEM, at=AT)
    sitting = make.sitting(exam=exam, started_at=AT + HOUR, ends_at=AT + 2.5 * HOUR)
    late = make.sitting(exam=exam, started_at=AT + 3.5 * HOUR, ends_at=AT + 4 * HOUR)

    with pytest.raises(Conflict, match="已经公布，考生照它安排了时间"):
        actions.correct_exam(exam=exam, facts=_facts(programme), by=SYSTEM, at=AT)
    for fewer in ({"closes_at": AT + 3 * HOUR}, {"minutes": 60}):
        given = {"closes_at": exam.closes_at, "minutes": exam.minutes, "attempts": 1, "reason": "停电"} | fewer
        with pytest.raises(Invalid, match="公布后只能放宽"):
            actions.extend_exam(exam=exam, by=SYSTEM, at=AT, **given)
    more = {"closes_at": AT + 5 * HOUR, "minutes": 100, "attempts": 2, "reason": "全县停电"}
    actions.extend_exam(exam=exam, by=SYSTEM, at=AT + 2 * HOUR, **more)

    sitting.refresh_from_db()
    late.refresh_from_db()
    assert sitting.ends_at == AT + HOUR + timedelta(minutes=100)
    assert late.ends_at == AT + 5 * HOUR
    told = Record.objects.get(verb="extended", object_type="exam").data
    assert (told["reason"], told["before"]["minutes"], told["sittings"]) == ("全县停电", 90, 2)


def test_what_is_over_is_not_opened_again(programme):
    exam = actions.announce_exam(exam=_draft(programme), by=SYSTEM, at=AT)
    over = make.sitting(exam=exam, started_at=AT + HOUR, ends_at=AT + 2 * HOUR)

    actions.extend_exam(exam=exam, closes_at=AT + 9 * HOUR, minutes=600, attempts=1, reason="停电", by=SYSTEM, at=AT + 3 * HOUR)

    over.refresh_from_db()
    assert over.ends_at == AT + 2 * HOUR


def test_results_at_once_do_not_end_the_exam_for_the_others(programme):
    exam = actions.announce_exam(exam=_draft(programme, release="at_once"), by=SYSTEM, at=AT)
    done = make.sitting(exam=exam, started_at=AT + HOUR, ends_at=AT + 2 * HOUR, handed_in_at=AT + HOUR)
    sitting = make.sitting(exam=exam, started_at=AT + HOUR, ends_at=AT + 2 * HOUR)
    scoring.after_hand_in(sitting=done, by=SYSTEM, at=AT + HOUR)
    more = {"closes_at": exam.closes_at, "minutes": 100, "attempts": 1, "reason": "停电"}
    actions.extend_exam(exam=exam, by=SYSTEM, at=AT + 1.5 * HOUR, **more)
    given = Allowance(extra_minutes=10, reason="视力障碍")
    actions.allow(exam=exam, enrolment=sitting.enrolment, allowance=given, by=SYSTEM, at=AT + 1.5 * HOUR)

    exam.refresh_from_db()
    sitting.refresh_from_db()
    assert exam.released_at == AT + HOUR
    assert sitting.ends_at == AT + HOUR + timedelta(minutes=110)
    with pytest.raises(Conflict, match="不能再放宽"):
        actions.extend_exam(exam=exam, by=SYSTEM, at=exam.closes_at, **more)


def test_an_allowance_reaches_the_open_sitting_of_that_candidate_alone(programme):
    exam = actions.announce_exam(exam=_draft(programme), by=SYSTEM, at=AT)
    one, other = (make.sitting(exam=exam, started_at=AT + HOUR, ends_at=AT + 2.5 * HOUR) for _n in range(2))

    given = Allowance(extra_minutes=30, reason="视力障碍")
    actions.allow(exam=exam, enrolment=one.enrolment, allowance=given, by=SYSTEM, at=AT + HOUR)
    actions.allow(exam=exam, enrolment=one.enrolment, allowance=replace(given, extra_minutes=45), by=SYSTEM, at=AT + HOUR)

    ends = dict(Sitting.objects.values_list("pk", "ends_at"))
    assert ends == {one.pk: AT + HOUR + timedelta(minutes=135), other.pk: AT + 2.5 * HOUR}
    assert ExamAllowance.objects.get().extra_minutes == 45


@pytest.mark.parametrize(
    ("allowance", "says"),
    [
        (Allowance(extra_minutes=30, reason=" "), "请写明为什么照顾"),
        (Allowance(reason="补考"), "至少写一项"),
        (Allowance(extra_minutes=301, reason="x"), "加时应在 0 到 300 之间"),
        (Allowance(closes_at=AT, reason="x"), "另定的结束时间要晚于考试开始"),
    ],
)
def test_allowances_that_cannot_be_are_refused(programme, allowance, says):
    exam = _draft(programme)

    with pytest.raises(Invalid, match=says):
        actions.allow(exam=exam, enrolment=make.candidate(exam), allowance=allowance, by=SYSTEM, at=AT)

    assert not ExamAllowance.objects.exists()


def test_a_candidate_of_another_programme_is_refused(programme):
    stranger = make.candidate(make.exam())

    with pytest.raises(Invalid, match="不在这个项目里"):
        actions.allow(exam=_draft(programme), enrolment=stranger, allowance=Allowance(extra_minutes=5, reason="x"), by=SYSTEM, at=AT)


def test_an_exam_with_written_answers_has_no_score_at_once(programme):
    exam = _draft(programme, paper=make.paper(WRITTEN, owner=programme.owner), release="at_once")

    with pytest.raises(Conflict, match="不能“交卷即出分”"):
        actions.announce_exam(exam=exam, by=SYSTEM, at=AT)


def test_what_the_bank_can_no_longer_fill_is_not_announced(programme):
    paper = make.paper(owner=programme.owner)
    paper.sections = papers.write((papers.Section(title="一", draws=(papers.Draw(count=9, points=Decimal(1)),)),))
    paper.save(update_fields=["sections"])
    exam = _draft(programme, paper=paper)

    with pytest.raises(Conflict, match="题库里可用的题已不够这份试卷抽了"):
        actions.announce_exam(exam=exam, by=SYSTEM, at=AT)
    assert Exam.objects.get().announced_at is None


def test_cancelling_needs_a_reason_and_a_draft_is_removed(programme):
    exam = _draft(programme)
    with pytest.raises(Conflict, match="只有公布了、还没有出分的考试可以取消"):
        actions.cancel_exam(exam=exam, reason="台风", by=SYSTEM, at=AT)
    actions.announce_exam(exam=exam, by=SYSTEM, at=AT)
    with pytest.raises(Invalid, match="请写明为什么取消"):
        actions.cancel_exam(exam=exam, reason=" ", by=SYSTEM, at=AT)
    with pytest.raises(Conflict, match="不能删除，只能取消"):
        actions.remove_exam(exam=exam, by=SYSTEM, at=AT)
    assert actions.cancel_exam(exam=exam, reason="台风", by=SYSTEM, at=AT).cancelled_at == AT
    actions.remove_exam(exam=_draft(programme), by=SYSTEM, at=AT)
    assert list(Exam.objects.all()) == [exam]


def test_another_county_does_not_find_it(programme, cast):
    exam = _draft(programme)

    for verb in (actions.announce_exam, actions.remove_exam):
        with pytest.raises(NotFound):
            verb(exam=exam, by=cast.actor("教务"), at=AT)


# pages


@pytest.fixture
def office(cast):
    return cast.client_of("教务")


@pytest.fixture
def own(cast) -> Programme:
    return factories.programme(cast.county)


def _url(name, *args):
    return reverse(f"assessment:{name}", args=args)


def _sent(paper, **fields):
    return {
        "title": "期末网上考核", "paper": paper.pk, "assessment": "", "opens_at": "2090-12-01T09:00", "closes_at": "2090-12-01T11:00",
        "minutes": "90", "attempts": "1", "pass_score": "60", "partial": "none", "release": "by_hand", "reveal": "right",
        "offline_minutes": "60", "markers": "1", "tolerance": "0", "appeal_days": "5", "notice": "请带身份证。", **fields,
    }  # fmt: skip


def test_an_office_sets_an_exam_through_its_pages(office, own):
    paper = make.paper(owner=own.owner)
    assert office.get(_url("draft_exam", own.pk)).status_code == 200
    bad = office.post(_url("draft_exam", own.pk), _sent(paper, minutes="121"))
    assert bad.status_code == 422
    assert "考不下 121 分钟" in strip_tags(bad.content.decode())

    office.post(_url("draft_exam", own.pk), _sent(paper))
    exam = Exam.objects.get()
    assert exam.opens_at == datetime.fromisoformat("2090-12-01T09:00+08:00")
    office.post(_url("correct_exam", exam.pk), _sent(paper, title="期末考核", pass_score="70"))
    assert "可以公布了" in strip_tags(office.get(_url("exam", exam.pk)).content.decode())
    office.post(_url("announce_exam", exam.pk))
    enrolment = make.candidate(exam)
    assert enrolment.person.name in office.get(_url("allow", exam.pk) + f"?q={enrolment.person.name[:2]}").content.decode()
    office.post(_url("allow", exam.pk), {"enrolment": enrolment.pk, "extra_minutes": "30", "extra_attempts": "0", "reason": "视力障碍"})
    less = {"closes_at": "2090-12-01T10:00", "minutes": "90", "attempts": "1", "reason": "停电"}
    assert office.post(_url("extend_exam", exam.pk), less).status_code == 422
    office.post(_url("extend_exam", exam.pk), less | {"closes_at": "2090-12-01T12:00"})

    exam.refresh_from_db()
    assert (exam.title, exam.pass_score) == ("期末考核", 70)
    assert exam.closes_at == datetime.fromisoformat("2090-12-01T12:00+08:00")
    assert ExamAllowance.objects.get().enrolment == enrolment
    office.post(_url("cancel_exam", exam.pk), {"reason": "台风"})
    assert "已经取消" in strip_tags(office.get(_url("exam", exam.pk)).content.decode())


def test_the_exam_is_followed_by_unit_while_it_is_sat(office, own):
    exam = make.exam(programme=own, opens_at=AT - HOUR, closes_at=factories.ENDS_AT.replace(year=2099))
    make.sitting(exam=exam, ends_at=factories.ENDS_AT.replace(year=2099), away_times=3, away_seconds=200, lease=2)
    make.sitting(exam=exam, handed_in_at=AT + HOUR / 2)
    make.candidate(exam)

    page = " ".join(strip_tags(office.get(_url("exam", exam.pk)).content.decode()).split())
    live = office.get(_url("exam", exam.pk), headers={"HX-Request": "true", "HX-Target": "live"}).content.decode()

    assert "1 人交卷，共 3 人" in page
    assert "考生3 人 没开始1 人 正在考1 人 已交卷1 人".replace(" ", "") in page.replace(" ", "")
    assert "离开页面和换设备" in live
    assert "<html" not in live


@pytest.mark.parametrize("name", ["exams", "exam", "allow"])
def test_pages_cost_the_same_for_one_and_for_ten(office, own, assert_same_queries, name):
    exam = make.exam(programme=own)

    def more(count=9):
        for _n in range(count):
            make.exam(programme=own, paper=exam.paper)
            sitting = make.sitting(exam=exam, away_times=1)
            make.exam_allowance(exam=exam, enrolment=sitting.enrolment)

    more(1)
    args = () if name == "exams" else (exam.pk,)
    assert_same_queries(lambda: office.get(_url(name, *args)), more)


def test_others_are_refused(cast, own):
    exam = make.exam(programme=own)

    for member in ("李雷", "方案"):
        client = cast.client_of(member)
        assert client.get(_url("exams")).status_code == 403
        assert client.post(_url("cancel_exam", exam.pk), {"reason": "x"}).status_code == 403


def test_what_was_typed_and_not_stored_is_there_again(office, own):
    paper = make.paper(owner=own.owner)
    url, half = _url("draft_exam", own.pk), {"title": "没写完的期末", "opens_at": "2090-12-01T09:00", "minutes": "12x"}

    said = keep(office, url, half)
    again = office.get(url).content.decode()

    assert (said.status_code, len(said.json()["at"]), Exam.objects.count()) == (200, 5, 0)
    assert [text in again for text in ("这是您上次没存完的内容", 'value="没写完的期末"', 'value="2090-12-01T09:00"', 'value="12x"')] == [
        True
    ] * 4
    office.post(url, _sent(paper))
    assert "没写完的期末" not in office.get(url).content.decode()
    edit = _url("correct_exam", Exam.objects.get().pk)
    keep(office, edit, {"title": "换个名称"})
    assert 'value="换个名称"' in office.get(edit).content.decode()
    assert discard(office, edit).url == edit
    assert "换个名称" not in office.get(edit).content.decode()
