"""互评: taking, opening, judging, answering; what counts; who is late; works, who may, refuses, edge, idempotent."""

from datetime import timedelta
from decimal import Decimal

import pytest

from tests.assessment import factories as make
from tests.programmes import factories as programmes
from yanxiu.assessment import actions, permissions
from yanxiu.assessment.models import HandedIn, PeerReview, Submission
from yanxiu.assessment.queries.peer_overview import overview
from yanxiu.assessment.queries.peers import duty_of, peer_page, work_of
from yanxiu.catalogue.content.steps import Peers
from yanxiu.integrity.models import Signal, SignalKind
from yanxiu.kit.actor import SYSTEM
from yanxiu.kit.errors import Conflict, Invalid, NotFound, NotPermitted
from yanxiu.records.models import Record

LATER = make.AT + timedelta(minutes=5)


@pytest.fixture
def step(place):
    return make.shared_step(place.homework.course, peers=Peers(reviews=2, weight=40, days=3))


@pytest.fixture
def authors(place, step):
    """Four participants of two schools who have handed in."""
    units = [place.school, place.school, place.second_school, place.second_school]
    people = [make.participant(place.programme, unit, name=f"研修员{n}") for n, unit in enumerate(units)]
    for one in people:
        make.submission(one, step, text=make.PIECE + f"第{one.pk}位{one.person.name}在{one.unit.name}写的。")
    return people


def accepted(place, one, step, score="90"):
    own = Submission.objects.get(enrolment=one, step=step)
    return actions.accept_homework(submission=own, score=Decimal(score), comment="好", by=place.tutor, at=LATER)


def counted():
    return Record.objects.filter(verb="accepted", object_type="homework").count()


# Works


def test_one_gets_a_piece_of_another_school_and_its_author_sees_what_was_said(place, step, authors):
    review = make.reviewed(authors[0], step, score="82.5")

    assert review.author.unit == place.second_school
    assert (review.score, review.is_fallback, review.comment) == (Decimal("82.5"), False, make.PRAISE)
    (seen,) = peer_page(review.author, step, at=LATER).received
    assert seen == review
    record = Record.objects.get(verb="peer_reviewed")
    assert (record.person_id, record.data["seconds"]) == (authors[0].person_id, 300)


def test_everybody_reviews_two_and_is_reviewed_twice(place, step, authors):
    for _round in range(2):
        for one in authors:
            assert make.reviewed(one, step) is not None

    pieces = PeerReview.objects.filter(submitted_at__isnull=False)
    assert {pieces.filter(author=one).count() for one in authors} == {2}
    assert {pieces.filter(reviewer=one).count() for one in authors} == {2}
    assert not pieces.filter(is_fallback=True).exists()


def test_work_counts_when_it_is_accepted_and_the_own_reviews_are_done(place, step, authors):
    accepted(place, authors[0], step)
    assert counted() == 0

    make.reviewed(authors[0], step)
    assert counted() == 0
    make.reviewed(authors[0], step)

    own = Submission.objects.get(enrolment=authors[0], step=step)
    assert counted() == 1
    assert own.counted_at == LATER


def test_the_score_is_that_of_tutor_and_peers_by_their_weights(place, step, authors):
    for one, score in zip(authors[2:], ("70", "81"), strict=True):  # authors of the second school review those of the first
        make.reviewed(one, step, score=score)
    got = PeerReview.objects.filter(submitted_at__isnull=False).first()

    mark = accepted(place, got.author, step, score="90")

    assert (mark.own_score, mark.peer_score) == (Decimal(90), got.score)
    assert mark.score == (Decimal(90) * 60 + got.score * 40) / 100
    assert Submission.objects.get(enrolment=got.author, step=step).score == mark.score


def test_reviewers_read_no_names(place, step, authors):
    given = actions.take_review(enrolment=authors[0], step=step, by=make.learner(authors[0]), at=make.AT)
    review = PeerReview.objects.select_related("version", "submission__step", "author__person", "author__unit").get(pk=given.pk)

    work = work_of(review, person_id=authors[0].person_id, at=make.AT)

    ((_label, words),) = work.texts
    assert review.author.person.name in review.version.text
    assert review.author.person.name not in words
    assert review.author.unit.name not in words
    assert "○○" in words


def test_the_author_answers_once(place, step, authors):
    review = make.reviewed(authors[0], step)

    actions.reply_review(review=review, reply="谢谢，原话已经补上。", by=make.learner(review.author), at=LATER)

    review.refresh_from_db()
    assert review.reply == "谢谢，原话已经补上。"
    with pytest.raises(Conflict, match="已经答复"):
        actions.reply_review(review=review, reply="再说一句", by=make.learner(review.author), at=LATER)


# Who may


def test_nobody_reviews_for_another_and_strangers_find_nothing(place, step, authors):
    given = actions.take_review(enrolment=authors[0], step=step, by=make.learner(authors[0]), at=make.AT)

    for verb in (actions.open_review,):
        with pytest.raises(NotFound):
            verb(review=given, by=make.learner(authors[1]), at=make.AT)
    with pytest.raises(NotPermitted):
        actions.take_review(enrolment=authors[0], step=step, by=make.learner(authors[1]), at=make.AT)
    assert not permissions.visible_peer_reviews(make.learner(authors[1])).exists()


def test_only_the_author_answers(place, step, authors):
    review = make.reviewed(authors[0], step)

    with pytest.raises(NotFound):
        actions.reply_review(review=review, reply="谢谢", by=make.learner(authors[0]), at=LATER)


def test_seen_by_reviewer_author_and_markers_and_nobody_else(place, step, authors):
    review = make.reviewed(authors[0], step)
    others = [one for one in authors if one not in (authors[0], review.author)]

    for actor in (make.learner(authors[0]), make.learner(review.author), place.tutor):
        permissions.check_can_see_peer_review(actor, review)
        assert permissions.visible_peer_reviews(actor).filter(pk=review.pk).exists()
    for actor in (make.learner(others[0]), programmes.holder("tutor", place.elsewhere)):
        with pytest.raises(NotFound):
            permissions.check_can_see_peer_review(actor, review)
        assert not permissions.visible_peer_reviews(actor).filter(pk=review.pk).exists()


# Refuses


def test_first_the_own_work(place, step):
    newcomer = make.participant(place.programme, place.school)

    with pytest.raises(Conflict, match="先交自己的"):
        actions.take_review(enrolment=newcomer, step=step, by=make.learner(newcomer), at=make.AT)


def test_a_piece_must_be_opened_and_read(place, step, authors):
    by = make.learner(authors[0])
    given = actions.take_review(enrolment=authors[0], step=step, by=by, at=make.AT)
    facts = {"review": given, "levels": {}, "score": Decimal(80), "comment": make.PRAISE, "by": by}

    with pytest.raises(Conflict, match="先打开"):
        actions.submit_review(**facts, at=LATER)
    actions.open_review(review=given, by=by, at=make.AT)
    with pytest.raises(actions.TooFast, match="再读 31 秒"):
        actions.submit_review(**facts, at=make.AT + timedelta(seconds=30))
    given.refresh_from_db()
    assert given.submitted_at is None


@pytest.mark.parametrize(
    ("facts", "words"),
    [({"comment": "好"}, "评语还差 19 字"), ({"score": Decimal(101)}, "0 到 100"), ({"score": None}, "0 到 100")],
)
def test_a_review_that_helps_nobody_is_refused(place, step, authors, facts, words):
    by = make.learner(authors[0])
    given = actions.take_review(enrolment=authors[0], step=step, by=by, at=make.AT)
    actions.open_review(review=given, by=by, at=make.AT)

    with pytest.raises(Invalid, match=words):
        actions.submit_review(**{"review": given, "levels": {}, "score": Decimal(80), "comment": make.PRAISE} | facts, by=by, at=LATER)


def test_homework_without_peers_has_no_reviews(place):
    with pytest.raises(NotFound, match="不互评"):
        actions.take_review(enrolment=place.enrolment, step=place.homework, by=place.learner, at=make.AT)


# Edge


def test_who_is_alone_waits_and_after_the_term_owes_nothing(place, step):
    make.submission(place.enrolment, step)
    assert actions.take_review(enrolment=place.enrolment, step=step, by=place.learner, at=make.AT) is None
    accepted(place, place.enrolment, step)
    assert counted() == 0

    actions.run_peer_reviews(by=SYSTEM, at=make.AT + timedelta(days=4))

    assert counted() == 1


def test_late_reviewers_are_replaced_and_may_ask_again(place, step, authors):
    by = make.learner(authors[0])
    given = actions.take_review(enrolment=authors[0], step=step, by=by, at=make.AT)
    actions.open_review(review=given, by=by, at=make.AT)
    overdue = make.AT + timedelta(days=3)

    actions.run_peer_reviews(by=SYSTEM, at=overdue)

    given.refresh_from_db()
    assert given.released_at == overdue
    assert not PeerReview.objects.filter(reviewer=authors[0], released_at__isnull=True).exists()
    assert PeerReview.objects.filter(released_at__isnull=True).count() == 3  # the others have a piece
    with pytest.raises(Conflict, match="换人评"):
        actions.submit_review(review=given, levels={}, score=Decimal(80), comment=make.PRAISE, by=by, at=overdue)
    again = actions.take_review(enrolment=authors[0], step=step, by=by, at=overdue)
    assert again is not None
    assert (again.released_at, again.opened_at) == (None, None)


def test_asking_twice_gives_the_same_piece(place, step, authors):
    by = make.learner(authors[0])

    first = actions.take_review(enrolment=authors[0], step=step, by=by, at=make.AT)

    assert actions.take_review(enrolment=authors[0], step=step, by=by, at=make.AT) == first
    assert PeerReview.objects.count() == 1


def test_everybody_gets_a_piece_in_a_fixed_number_of_statements(place, step, authors, django_assert_num_queries):
    with django_assert_num_queries(6):
        assert actions.give_out(programme_id=place.programme.pk, step=step, by=SYSTEM, at=make.AT) == 4
    for _ in range(8):
        make.submission(make.participant(place.programme, place.second_school), step)

    with django_assert_num_queries(6):
        assert actions.give_out(programme_id=place.programme.pk, step=step, by=SYSTEM, at=make.AT) == 8


def test_what_peers_have_open_is_not_taken_back(place, step, authors):
    review = actions.take_review(enrolment=authors[0], step=step, by=make.learner(authors[0]), at=make.AT)
    author = review.author
    actions.open_review(review=review, by=make.learner(authors[0]), at=make.AT)

    with pytest.raises(Conflict, match="已经有老师打开"):
        actions.take_back_homework(enrolment=author, step=step, by=make.learner(author), at=make.AT)


def test_a_piece_nobody_opened_goes_back_and_its_reviewer_gets_another(place, step, authors):
    review = actions.take_review(enrolment=authors[0], step=step, by=make.learner(authors[0]), at=make.AT)

    actions.take_back_homework(enrolment=review.author, step=step, by=make.learner(review.author), at=make.AT)

    assert not PeerReview.objects.exists()
    other = actions.take_review(enrolment=authors[0], step=step, by=make.learner(authors[0]), at=make.AT)
    assert other.author != review.author


def test_a_revised_piece_is_judged_as_it_then_was(place, step, authors):
    first = make.reviewed(authors[0], step, score="70")
    own = first.submission
    actions.return_homework(submission=own, reason="请补原话", by=place.tutor, at=LATER)
    actions.submit_homework(enrolment=first.author, step=step, text=make.PIECE * 2, by=make.learner(first.author), at=LATER)

    assert HandedIn.objects.filter(submission=own).count() == 2
    assert first.version.number == 1
    assert first.version.text != Submission.objects.get(pk=own.pk).text


# Pieces of known marks


def test_pieces_of_known_marks_come_first(place, authors):
    step = make.shared_step(place.homework.course, peers=Peers(reviews=1, calibration=1))
    for one in authors:
        make.submission(one, step)
    facts = {"programme": place.programme, "step": step, "levels": {}, "comment": "片段有原话。", "by": place.tutor, "at": make.AT}
    piece = actions.add_calibration_piece(text="样篇：教师等了八秒。", score=Decimal(85), **facts)
    by = make.learner(authors[0])

    with pytest.raises(Conflict, match="先试评"):
        actions.take_review(enrolment=authors[0], step=step, by=by, at=make.AT)
    assert actions.give_out(programme_id=place.programme.pk, step=step, by=SYSTEM, at=make.AT) == 0
    done = actions.calibrate(piece=piece, enrolment=authors[0], levels={}, score=Decimal(75), by=by, at=make.AT)

    assert done.score == 75
    assert actions.take_review(enrolment=authors[0], step=step, by=by, at=make.AT) is not None
    with pytest.raises(Conflict, match="已经试评"):
        actions.calibrate(piece=piece, enrolment=authors[0], levels={}, score=Decimal(75), by=by, at=make.AT)
    actions.remove_calibration_piece(piece=piece, by=place.tutor, at=make.AT)
    assert actions.take_review(enrolment=authors[1], step=step, by=make.learner(authors[1]), at=make.AT) is not None
    actions.restore_calibration_piece(piece=piece, by=place.tutor, at=make.AT)


@pytest.mark.parametrize(("facts", "words"), [({"text": " "}, "要有正文"), ({"comment": ""}, "为什么"), ({"score": None}, "0 到 100")])
def test_a_piece_that_teaches_nothing_is_refused(place, step, facts, words):
    given = {"text": "样篇", "levels": {}, "score": Decimal(85), "comment": "有原话"} | facts

    with pytest.raises(Invalid, match=words):
        actions.add_calibration_piece(programme=place.programme, step=step, **given, by=place.tutor, at=make.AT)


def test_markers_elsewhere_lead_nothing(place, step):
    far = programmes.holder("tutor", place.elsewhere)

    with pytest.raises(NotFound):
        actions.add_calibration_piece(
            programme=place.programme, step=step, text="样篇", levels={}, score=Decimal(85), comment="因为", by=far, at=make.AT
        )


# What leaders see


def test_harshness_is_the_distance_from_others_on_the_same_pieces(place, step, authors):
    for _round in range(2):
        for one in authors:
            make.reviewed(one, step, score="60" if one == authors[0] else "80")

    page = overview(place.programme, step, permissions.led_reviewers(place.tutor, place.programme))

    lines = {line.name: line for line in page.reviewers}
    harsh = lines[authors[0].person.name]
    assert (harsh.done, harsh.deviation, harsh.words) == (2, Decimal("-20.0"), "偏严")
    assert page.reviewers[0].name == authors[0].person.name
    assert (page.pieces, page.whole, page.none, page.reviews) == (4, 4, 0, 8)
    assert harsh.minutes == "5 分钟"


# Signals


def test_two_who_favour_each_other_are_noticed_and_no_mark_changes(place, step):
    ring = [make.participant(place.programme, place.school), make.participant(place.programme, place.second_school)]
    honest = [make.participant(place.programme, place.second_school), make.participant(place.programme, place.school)]
    pieces = {one: make.submission(one, step) for one in [*ring, *honest]}

    def judged(reviewer, author, score):
        make.peer_review(
            pieces[author], reviewer, opened_at=make.AT, submitted_at=LATER, score=Decimal(score), comment=make.PRAISE
        )  # fmt: skip

    judged(ring[0], ring[1], 98)
    judged(ring[1], ring[0], 97)
    for one in honest:
        judged(one, ring[0], 70)
        judged(one, ring[1], 72)

    assert actions.collect_peer_signals(by=SYSTEM, at=make.AT + timedelta(days=1)) == 2

    signals = Signal.objects.filter(kind=SignalKind.MUTUAL_MARKS)
    assert {one.person_id for one in signals} == {one.person_id for one in ring}
    assert "平均比别人给的高" in signals[0].facts["lines"][0]
    assert actions.collect_peer_signals(by=SYSTEM, at=make.AT + timedelta(days=1)) == 0
    assert PeerReview.objects.filter(score__gte=97).count() == 2


def test_who_always_gives_the_same_is_noticed(place, step):
    reviewer = make.participant(place.programme, place.school)
    for _ in range(4):
        piece = make.submission(make.participant(place.programme, place.second_school), step)
        make.peer_review(piece, reviewer, opened_at=make.AT, submitted_at=LATER, score=Decimal(90), comment=make.PRAISE)

    assert actions.collect_peer_signals(by=SYSTEM, at=make.AT + timedelta(days=1)) == 1
    assert Signal.objects.get().kind == SignalKind.SAME_MARKS


def test_the_duty_of_a_homework(place, step, authors):
    own = Submission.objects.select_related("enrolment", "step").get(enrolment=authors[0], step=step)
    make.reviewed(authors[0], step)

    duty = duty_of(own, Peers(reviews=2), at=LATER)

    assert (duty.done, duty.left, duty.is_done, duty.is_waived) == (1, 1, False, False)


def test_words_of_an_answer_pass_the_packs(step, authors):
    review = make.reviewed(authors[0], step)
    with pytest.raises(Invalid) as refused:
        actions.reply_review(review=review, reply="可代刷学时", by=make.learner(review.author), at=LATER)
    review.refresh_from_db()
    assert (refused.value.field, review.reply) == ("reply", "")
