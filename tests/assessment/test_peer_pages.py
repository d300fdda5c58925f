"""Pages of peer review, rubrics and homework in parts: the whole way without JavaScript, whom they refuse, and what they cost."""

from decimal import Decimal

import pytest
from django.urls import reverse

from tests.assessment import factories as make
from tests.assessment.test_pages import cost, headline, lilei, marker, stage, words  # noqa: F401 - fixtures
from yanxiu.assessment import actions
from yanxiu.assessment.models import CalibrationPiece, PeerReview, Rubric, RubricDraft, Submission
from yanxiu.catalogue.content.steps import Peers
from yanxiu.kit.actor import SYSTEM
from yanxiu.kit.clock import now

QUICK = Peers(reviews=2, min_seconds=0, calibration=1)


def url(name, *args):
    return reverse(f"assessment:{name}", args=args)


@pytest.fixture
def designer(stage):  # noqa: F811 - a fixture
    return stage.cast.client_of("方案")


def peer_step(stage, **facts):  # noqa: F811
    return make.shared_step(stage.homework.course, **facts)


# A teacher's way


def test_a_teacher_hands_in_reviews_and_answers(stage, lilei, marker):  # noqa: F811
    step = peer_step(stage, peers=QUICK)
    fellows = stage.more(2)
    for one in fellows:
        make.submission(one, step, text=make.PIECE)
    at = (stage.enrolment.pk, step.pk)
    put = marker.post(
        url("add_calibration_piece", stage.programme.pk, step.pk),
        {"text": "样篇：等了八秒。", "score": "85", "comment": "有原话"},
        follow=True,
    )
    assert "第 1 篇，85 分" in words(put)

    assert headline(lilei.get(url("peers", *at))) == "先交自己的作业，再评别人的"
    handed = lilei.post(url("submit_homework", *at), {"text": make.PIECE}, follow=True)
    assert headline(handed) == "还要评 2 份，评完自己的作业才计入"
    assert "试评样篇" in words(handed)
    piece = CalibrationPiece.objects.get()
    assert "有原话" not in words(lilei.get(url("calibration", stage.enrolment.pk, piece.pk)))
    judged = lilei.post(url("calibrate", stage.enrolment.pk, piece.pk), {"score": "80"}, follow=True)
    assert "您 80，专家 85" in words(judged)

    for _ in range(2):
        opened = lilei.post(url("take_review", *at), follow=True)
        review = PeerReview.objects.get(reviewer=stage.enrolment, submitted_at__isnull=True)
        assert make.PIECE in words(opened)
        assert review.author.person.name not in words(opened)
        kept = lilei.post(url("save_review", review.pk), {"score": "", "comment": "写到一半"}, headers={"Accept": "application/json"})
        assert set(kept.json()) == {"at"}
        refused = lilei.post(url("submit_review", review.pk), {"score": "80", "comment": "好"})
        assert (refused.status_code, "评语还差" in words(refused)) == (422, True)
        lilei.post(url("submit_review", review.pk), {"score": "80", "comment": make.PRAISE})
    assert headline(lilei.get(url("peers", *at))) == "2 份都评完了，谢谢"

    own = Submission.objects.get(enrolment=stage.enrolment, step=step)
    got = make.peer_review(own, fellows[0], opened_at=make.AT, submitted_at=make.AT, score=Decimal(88), comment=make.PRAISE)
    shown = words(lilei.get(url("peers", *at)))
    assert make.PRAISE in shown
    assert fellows[0].person.name not in shown
    answered = lilei.post(url("reply_review", got.pk), {"reply": "谢谢，补上了。"}, follow=True)
    assert "谢谢，补上了。" in words(answered)
    marking = words(marker.get(url("mark", own.pk)))
    assert "谢谢，补上了。" in marking
    assert fellows[0].person.name in marking
    overview = words(marker.get(url("peer_overview", stage.programme.pk, step.pk)))
    assert "李雷" in overview


def test_who_may_see_which_review(stage, lilei):  # noqa: F811
    step = peer_step(stage, peers=QUICK)
    one, other = stage.more(2)
    review = make.peer_review(make.submission(one, step), other)

    assert lilei.get(url("review", review.pk)).status_code == 404
    for name in ("open_review", "save_review", "submit_review", "reply_review"):
        assert lilei.post(url(name, review.pk), {"comment": "x", "reply": "x"}).status_code == 404
    assert lilei.get(url("peers", stage.enrolment.pk, stage.homework.pk)).status_code == 404
    assert lilei.get(url("peer_overview", stage.programme.pk, step.pk)).status_code == 403
    assert PeerReview.objects.get().comment == ""


def test_a_forged_sheet_is_refused(stage, lilei):  # noqa: F811
    rubric = make.homework_rubric(stage.cast.county)
    step = peer_step(stage, rubric=rubric, peers=Peers(min_seconds=0), points=50)
    review = make.peer_review(make.submission(stage.more(1)[0], step), stage.enrolment, opened_at=make.AT, due_at=now())

    for sent in ({"level_goals": "9", "level_proof": "0"}, {"level_goals": "x"}, {}):
        refused = lilei.post(url("submit_review", review.pk), {**sent, "comment": make.PRAISE})
        assert refused.status_code == 422
    review.refresh_from_db()
    assert review.submitted_at is None


# Handing in


def test_what_is_alike_is_said_before_and_may_be_handed_in(stage, lilei, marker):  # noqa: F811
    text = "课堂上教师先出示三张照片，请学生说出看见了什么，再追问为什么这样想。学生沉默了七秒，随后有五个人举手，两人的回答彼此不同。" * 2
    make.submission(stage.more(1)[0], stage.homework, text=text)

    asked = lilei.post(stage.of_step("submit_homework", stage.homework), {"text": text})
    assert asked.status_code == 409
    assert "这一份有 100% 与同一项目里老师交的相同" in words(asked)
    assert "教师先出示三张照片" in words(asked)
    lilei.post(stage.of_step("submit_homework", stage.homework), {"text": text, "alike": "seen"})

    own = Submission.objects.get(enrolment=stage.enrolment)
    assert own.state == "submitted"
    page = marker.get(stage.url("mark", own.pk))
    assert "文字与另一份相近" in words(page)
    assert "并排对照" in words(page)


def test_it_is_taken_back_and_put_back_on_the_page(stage, lilei):  # noqa: F811
    make.submission(stage.enrolment, stage.homework)

    back = lilei.post(stage.of_step("take_back_homework", stage.homework), follow=True)
    assert headline(back) == "作业取回来了，截止前再交才算"
    again = lilei.post(stage.of_step("put_back_homework", stage.homework), follow=True)

    assert headline(again) == "作业已交，等指导教师批阅"


def test_each_part_has_its_place(stage, lilei):  # noqa: F811
    step = peer_step(stage, parts=make.PARTS)

    page = words(lilei.get(stage.of_step("homework", step)))

    for label in ("教学设计", "教学反思", "教案", "板书照片"):
        assert label in page
    refused = lilei.post(stage.of_step("submit_homework", step), {"text": "太短", "text_2": ""})
    assert refused.status_code == 422
    assert "还没有传“教案”" in words(refused)


# Marking


def test_a_piece_is_taken_marked_by_rubric_and_the_next_lies_ready(stage, marker):  # noqa: F811
    step = peer_step(stage, rubric=make.homework_rubric(stage.cast.county), points=50)
    first, second = (make.submission(one, step) for one in stage.more(2))

    before = words(marker.get(url("queue")))
    assert "批这一份" in before
    assert "给分并看下一份" not in before
    opened = marker.post(url("claim_homework"), {"submission": first.pk}, follow=True)
    assert "给分并看下一份" in words(opened)
    half = marker.post(url("accept_homework", first.pk), {"level_goals": "0"})
    assert (half.status_code, "还没有评：证据" in words(half)) == (422, True)
    after = marker.post(url("accept_homework", first.pk), {"level_goals": "1", "level_proof": "0", "comment": "有原话"}, follow=True)

    assert "给了 46.5 分" in words(after)
    assert "放回队列" in words(after)
    second.refresh_from_db()
    assert second.claimed_until is not None
    marker.post(url("release_homework"))
    second.refresh_from_db()
    assert second.claimed_until is None


# Rubrics


def test_a_designer_writes_previews_and_publishes_a_rubric(stage, designer):  # noqa: F811
    begun = designer.post(url("draft_rubric"), {"use": "homework"}, follow=True)
    draft = RubricDraft.objects.get()
    assert headline(begun) == "还差 2 处就能发布"
    assert [one in words(begun) for one in ("评价标准还没有名称", "第 1 个维度要有名称")] == [True, True]
    assert url("publish_rubric_draft", draft.pk) not in begun.content.decode()
    typed = {"title": "教学设计评价表", "use": "homework", "key": ["d1"], "label_d1": "目标", "levels_d1": "优 20\n良 12"}
    designer.post(url("add_dimension", draft.pk), typed)
    two = typed | {"key": ["d1", "d2"], "label_d2": "证据", "levels_d2": "优 30\n良 十八"}
    refused = designer.post(url("publish_rubric_draft", draft.pk), two)
    assert refused.status_code == 422
    assert "第 2 个维度第 2 行“良 十八”读不懂" in words(refused)
    assert "良 十八" in words(refused)
    designer.post(url("move_dimension", draft.pk, "d2", "up"), two | {"levels_d2": "优 30\n良 18"})
    designer.post(url("remove_dimension", draft.pk, "d1"), {"title": "教学设计评价表", "use": "homework"})
    assert "移除的维度" in words(designer.get(url("rubric_draft", draft.pk)))
    designer.post(url("restore_dimension", draft.pk, "d1"), {"title": "教学设计评价表", "use": "homework"})
    assert headline(designer.get(url("preview_rubric", draft.pk))) == "给分的人看到的，满分 50 分"
    ready = designer.get(url("rubric_draft", draft.pk))
    assert headline(ready) == "2 个维度，满分 50 分，可以发布"
    assert url("publish_rubric_draft", draft.pk) in ready.content.decode()

    done = designer.post(url("publish_rubric_draft", draft.pk), {"title": "教学设计评价表", "use": "homework"}, follow=True)

    assert headline(done) == "2 个维度，满分 50 分"
    rubric = Rubric.objects.get(use="homework")
    assert "第 1 版" in words(designer.get(url("rubrics") + "?use=homework&words=设计"))
    designer.post(url("withdraw_rubric", rubric.pk))
    assert "已停用" in words(designer.get(url("rubric", rubric.pk)))
    designer.post(url("reinstate_rubric", rubric.pk))
    designer.post(url("draft_rubric"), {"follows": rubric.pk})
    designer.post(url("discard_rubric_draft", RubricDraft.objects.get().pk))
    assert not RubricDraft.objects.filter(discarded_at=None).exists()


def test_markers_read_rubrics_and_write_none(stage, marker):  # noqa: F811
    rubric = make.homework_rubric(stage.cast.county)

    assert "写下一版" not in words(marker.get(url("rubric", rubric.pk)))
    assert marker.post(url("draft_rubric"), {"follows": rubric.pk}).status_code == 403


# Cost


def test_pages_cost_the_same_at_one_and_at_many(stage, lilei, marker, designer):  # noqa: F811
    rubric = make.homework_rubric(stage.cast.county)
    step = peer_step(stage, rubric=rubric, peers=Peers(reviews=9, min_seconds=0, calibration=2), points=50)
    own = make.submission(stage.enrolment, step)
    make.calibration_piece(stage.programme, step, rubric=rubric, levels={"goals": 0, "proof": 0})
    given = make.peer_review(make.submission(stage.more(1)[0], step), stage.enrolment, opened_at=make.AT, due_at=now())
    done = {"opened_at": make.AT, "submitted_at": make.AT, "score": Decimal(40), "comment": make.PRAISE}
    make.peer_review(own, stage.more(1)[0], **done)
    actions.draft_rubric(owner=stage.cast.county, follows=rubric, by=SYSTEM, at=make.AT)
    pages = {
        "peers": (lilei, url("peers", stage.enrolment.pk, step.pk)),
        "review": (lilei, url("review", given.pk)),
        "homework": (lilei, url("homework", stage.enrolment.pk, step.pk)),
        "mark": (marker, url("mark", own.pk)),
        "overview": (marker, url("peer_overview", stage.programme.pk, step.pk)),
        "rubrics": (designer, url("rubrics")),
        "rubric": (designer, url("rubric", rubric.pk)),
        "draft": (designer, url("rubric_draft", RubricDraft.objects.get().pk)),
    }
    at_one = {name: cost(*page) for name, page in pages.items()}

    for one in stage.more(9):
        make.peer_review(own, one, **done)
        make.peer_review(make.submission(one, step), stage.enrolment, **done)
        make.calibration_piece(stage.programme, step, rubric=rubric, levels={"goals": 0, "proof": 0})
        make.homework_rubric(stage.cast.county)

    assert {name: cost(*page) for name, page in pages.items()} == at_one
    assert max(at_one.values()) <= 10, at_one
