"""Questions are used only as a second person read them: written, returned with a reason, mended, approved, in force, and all of it on record."""

from datetime import timedelta
from decimal import Decimal
from random import Random

import pytest
from django.urls import reverse
from django.utils.html import strip_tags

from tests.assessment import exam_factories as exams
from tests.assessment import factories
from tests.programmes import factories as programmes
from yanxiu.assessment import papers
from yanxiu.assessment.actions import bank as writing
from yanxiu.assessment.actions import bank_review as reviewing
from yanxiu.assessment.actions import papers as papering
from yanxiu.assessment.drawing import draw_sheet
from yanxiu.assessment.models import BankQuestion, Paper, QuestionReview, QuestionState, QuestionVersion
from yanxiu.catalogue import content
from yanxiu.kit.errors import Conflict, DomainError, Invalid, NotPermitted
from yanxiu.orgs.models import Kind
from yanxiu.records.models import Record

pytestmark = pytest.mark.django_db
AT = factories.AT
LATER = AT + timedelta(hours=1)
FIRST = content.Question(kind="single", stem="观课先记什么？", options=("事实", "感想"), answers=(1,))
MENDED = content.Question(kind="single", stem="观课先记什么？", options=("事实", "感想"), answers=(0,))
AGAIN = content.Question(kind="single", stem="观课时先记下什么？", options=("事实", "感想"), answers=(0,))


@pytest.fixture
def owner():
    return programmes.org(parent=programmes.org(), kind=Kind.COUNTY)


def _person(owner, role="designer"):
    return programmes.holder(role, owner, person=programmes.teacher(owner))


def _written(owner, by, question=FIRST, *, submits=True) -> BankQuestion:
    row = writing.write_question(question=None, owner=owner, written=question, facts=writing.QuestionFacts(), by=by, at=AT)
    return _submitted(row, by) if submits else row


def _rewritten(row, by, question) -> BankQuestion:
    return writing.write_question(question=row, owner=row.owner, written=question, facts=writing.QuestionFacts(), by=by, at=LATER)


def _submitted(row, by) -> BankQuestion:
    writing.submit_questions(questions=[row], by=by, at=AT)
    return BankQuestion.objects.select_related("owner", "approved").get(pk=row.pk)


def _newest(row) -> QuestionVersion:
    return QuestionVersion.objects.filter(question=row).order_by("-number").first()


def _review(row, by, *, is_approved=True, reason="", at=LATER):
    return reviewing.review_question(question=row, version=_newest(row), is_approved=is_approved, reason=reason, by=by, at=at)


def test_from_the_author_to_the_version_in_force(owner):
    author, reviewer = _person(owner), _person(owner)
    row = _written(owner, author)
    assert (row.state, row.approved, QuestionVersion.objects.count()) == (QuestionState.REVIEW, None, 1)

    with pytest.raises(NotPermitted, match="自己写的题由别人审"):
        _review(row, author)
    returned = _review(row, reviewer, is_approved=False, reason="答案标反了，应是“事实”")
    row.refresh_from_db()
    assert (row.state, row.approved, returned.reason) == (QuestionState.DRAFT, None, "答案标反了，应是“事实”")
    with pytest.raises(Conflict, match="不用审"):
        _review(row, reviewer)

    _rewritten(row, author, MENDED)
    row = _submitted(row, author)
    approved = _review(row, reviewer, at=LATER + timedelta(hours=1))
    row.refresh_from_db()
    assert (row.state, row.approved_id, _newest(row).number) == (QuestionState.APPROVED, approved.version_id, 2)
    assert list(QuestionReview.objects.order_by("pk").values_list("version__number", "is_approved", "reviewed_by")) == [
        (1, False, reviewer.person_id), (2, True, reviewer.person_id),
    ]  # fmt: skip
    trail = Record.objects.filter(object_type="bank_question", object_id=str(row.pk)).order_by("id")
    assert [verb for verb in trail.values_list("verb", flat=True) if verb in ("submitted", "returned", "approved")] == [
        "submitted", "returned", "submitted", "approved",
    ]  # fmt: skip
    assert trail.filter(verb="approved").get().actor_id == reviewer.person_id


def test_only_the_approved_version_is_asked_while_a_newer_one_waits(owner):
    author, reviewer = _person(owner), _person(owner)
    row = _written(owner, author, MENDED)
    first = _review(row, reviewer).version
    row.refresh_from_db()
    _rewritten(row, author, AGAIN)
    row = _submitted(row, author)
    newer = _newest(row)
    sections = (papers.Section(title="一", draws=(papers.Draw(count=1, points=Decimal(5)),)),)
    paper = exams.paper(MENDED, owner=owner)
    Paper.objects.filter(pk=paper.pk).update(sections=papers.write(sections))
    paper.refresh_from_db()
    exams.BankQuestion.objects.exclude(pk=row.pk).update(state=QuestionState.RETIRED)

    assert newer.number == 2
    assert [asked.version for asked in draw_sheet(paper, by=Random(1))] == [first.pk]
    _review(row, reviewer)
    assert [asked.version for asked in draw_sheet(paper, by=Random(1))] == [newer.pk]


def test_a_paper_with_a_version_nobody_approved_is_not_published(owner):
    author = _person(owner)
    row = _written(owner, author)
    draft = papering.draft_paper(owner=owner, title="期末", by=author, at=AT)
    sections = (papers.Section(title="一", fixed=(papers.Fixed(version=_newest(row).pk, points=Decimal(5)),)),)
    facts = {"title": "期末", "shuffles_questions": False, "shuffles_options": True, "by": author, "at": AT}
    draft = papering.write_paper(paper=draft, before=papers.read(draft.sections), sections=sections, **facts)

    with pytest.raises(papering.PaperNotReady, match="不是审过的那一版"):
        papering.publish_paper(paper=draft, by=author, at=AT)
    _review(row, _person(owner))
    assert papering.publish_paper(paper=draft, by=author, at=LATER).published_at == LATER


def test_whoever_wrote_the_version_does_not_approve_it_though_another_began_the_question(owner):
    author, second = _person(owner), _person(owner)
    row = _rewritten(_written(owner, author, submits=False), second, MENDED)
    row = _submitted(row, author)

    with pytest.raises(NotPermitted, match="自己写的题由别人审"):
        _review(row, second)
    assert _review(row, author).reviewed_by == author.person_id


@pytest.mark.parametrize(
    ("is_approved", "reason", "says"),
    [(False, "", "退回的原因"), (False, " \n", "退回的原因"), (False, "长" * 501, "最多 500 字"), (True, "长" * 501, "最多 500 字")],
)
def test_bad_reviews_are_refused_and_change_nothing(owner, is_approved, reason, says):
    row = _written(owner, _person(owner))
    with pytest.raises(Invalid, match=says):
        _review(row, _person(owner), is_approved=is_approved, reason=reason)
    row.refresh_from_db()
    assert (row.state, QuestionReview.objects.count()) == (QuestionState.REVIEW, 0)


def test_whoever_read_an_older_version_reads_the_new_one_first(owner):
    author, reviewer = _person(owner), _person(owner)
    row = _written(owner, author)
    read = _newest(row)
    with pytest.raises(Conflict):
        _rewritten(row, author, MENDED)  # while it waits nobody changes it
    _review(row, reviewer, is_approved=False, reason="答案标反了")
    _rewritten(row, author, MENDED)
    row = _submitted(row, author)

    with pytest.raises(Conflict, match="看过新的一版再审"):
        reviewing.review_question(question=row, version=read, is_approved=True, by=_person(owner), at=LATER)
    row.refresh_from_db()
    assert (row.state, row.approved) == (QuestionState.REVIEW, None)


def test_who_may(owner):
    row = _written(owner, _person(owner))
    elsewhere = programmes.org(parent=programmes.org(), kind=Kind.COUNTY)
    for by in (programmes.learner(programmes.teacher(owner)), _person(elsewhere)):
        with pytest.raises(DomainError):
            _review(row, by)
    assert not QuestionReview.objects.exists()


def test_by_page_two_people_bring_a_question_into_use(cast):
    designer, office = cast.client_of("方案"), cast.client_of("教务")
    sent = {"stem": "观课先记什么？", "rows": "4", "a1": "感想", "a2": "事实", "t1": "on", "difficulty": "2", "then": "submit"}
    designer.post(reverse("assessment:new_question", args=["single"]), sent)
    row = BankQuestion.objects.get()
    url = reverse("assessment:review_question", args=[row.pk])
    waiting = strip_tags(office.get(reverse("assessment:question_reviews")).content.decode())
    unsaid = office.post(url, {"version": _newest(row).pk, "decision": "return", "reason": ""})
    office.post(url, {"version": _newest(row).pk, "decision": "return", "reason": "答案应是“事实”"})
    told = strip_tags(designer.get(reverse("assessment:question", args=[row.pk])).content.decode())
    mended = {**sent, "t2": "on"}
    del mended["t1"]
    designer.post(reverse("assessment:edit_question", args=[row.pk]), mended)
    office.post(url, {"version": _newest(row).pk, "decision": "approve"})
    row.refresh_from_db()

    assert "观课先记什么？" in waiting
    assert unsaid.status_code == 422
    assert "答案应是“事实”" in told
    assert (row.state, row.approved_id) == (QuestionState.APPROVED, _newest(row).pk)
    assert content.read_question(row.approved.content).answers == (1,)
