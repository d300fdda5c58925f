"""The discussion of a course: what counts, and what falls with a post that is changed or removed (CH-10)."""

from datetime import timedelta

import pytest

from tests.learning import factories as make
from tests.programmes import factories as programmes
from yanxiu.catalogue import content
from yanxiu.catalogue.models import StepKind
from yanxiu.kit.errors import Conflict, Invalid, NotPermitted
from yanxiu.learning import actions, counting, rules
from yanxiu.learning.actions.discussing import AlreadyCounted
from yanxiu.learning.actions.studying import NotChosen
from yanxiu.learning.models import CourseDone, CoursePost, How, StepDone
from yanxiu.records.models import Record

GOOD = "先让学生自己读题，圈出已知条件，再请三个人说说打算怎么列式，其他人补充不同的想法。"
OTHER = "我在三年级试过把错题做成小卡片，每周五交换着改，讲得清楚的同学当一次小老师，效果比订正好。"


@pytest.fixture
def talk(place):
    owned = make.course(place.county, title="追问的艺术")
    make.selection(place.enrolment, make.offering(place.programme, owned))
    held = content.Discussion(prompt="您怎样让学生先想再说？", posts=2, min_characters=20)
    return make._step(owned, StepKind.DISCUSSION, "说说您的做法", content=content.write(held))


def add(place, talk, text=GOOD, *, at=make.AT, enrolment=None, by=None):
    enrolment = enrolment or place.enrolment
    return actions.add_post(enrolment=enrolment, step=talk, text=text, by=by or programmes.learner(enrolment.person), at=at)


def change(place, post, text):
    return actions.change_post(post=post, text=text, by=place.learner, at=make.AT)


def remove(place, post):
    actions.remove_post(post=post, by=place.learner, at=make.AT)


def voided():
    return Record.objects.filter(verb="voided").count()


def test_the_step_is_done_with_as_many_posts_as_it_asks_for(place, talk):
    make.text(talk.course)
    first = add(place, talk)
    assert not StepDone.objects.exists()

    add(place, talk, OTHER)

    assert StepDone.objects.get().how == How.DISCUSSED
    said = Record.objects.get(pk=first.record_id)
    assert (said.verb, said.object_type, said.person_id) == ("posted", "course_post", place.enrolment.person_id)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("很好，学习了。", "还差 15 字"),
        ("好" * 40, "重复的字太多"),
        (GOOD.replace("，", " ！ "), "与已有的发言相同"),
        (GOOD + "谢谢", "与自己的另一条几乎一样"),
    ],
)
def test_ch10_near_empty_and_repeated_posts_do_not_count(place, talk, text, why):
    add(place, talk)

    post = add(place, talk, text)

    assert why in post.why_not
    assert post.record_id is None
    assert not StepDone.objects.exists()


def test_ch10_a_colleagues_text_copied_does_not_count(place, talk):
    colleague = make.participant(place.programme, place.school, name="韩梅")
    make.selection(colleague, programmes_offering(talk))
    add(place, talk, enrolment=colleague)

    assert add(place, talk).why_not == "与已有的发言相同"


def programmes_offering(talk):
    from yanxiu.programmes.models import Offering

    return Offering.objects.get(course=talk.course)


def test_ch10_no_more_than_the_days_cap(place, talk):
    for _ in range(rules.POSTS_A_DAY):
        make.course_post(place.enrolment, talk)

    with pytest.raises(Conflict, match=f"最多 {rules.POSTS_A_DAY} 条"):
        add(place, talk)
    assert add(place, talk, at=make.AT + timedelta(days=1)).pk


def test_ch10_removing_takes_back_what_it_counted(place, talk):
    make.text(talk.course)
    post = add(place, talk)
    add(place, talk, OTHER)
    assert StepDone.objects.exists()

    remove(place, post)
    remove(place, post)

    assert not StepDone.objects.exists()
    assert voided() == 2  # the post and the step
    assert CoursePost.objects.get(pk=post.pk).record_id is None
    add(place, talk, GOOD + "最后请学生互相评一评，看谁的理由最站得住脚，再把好办法写到黑板上。")
    assert StepDone.objects.exists()


def test_changing_voids_the_record_and_judges_anew(place, talk):
    post = add(place, talk)

    short = change(place, post, "好")
    assert (short.record_id, voided()) == (None, 1)
    good = change(place, post, OTHER)

    assert good.record_id is not None
    assert good.why_not == ""


def test_a_completed_course_keeps_what_it_was_counted_by(place, talk):
    post = add(place, talk)
    add(place, talk, OTHER)
    assert CourseDone.objects.exists()

    with pytest.raises(AlreadyCounted, match="请先补一条"):
        remove(place, post)
    with pytest.raises(AlreadyCounted):
        change(place, post, "好")

    assert CoursePost.objects.get(pk=post.pk).removed_at is None
    assert StepDone.objects.exists()
    assert voided() == 0


def test_who_may(place, talk):
    post = add(place, talk)
    other = make.participant(place.programme, place.school)

    with pytest.raises(NotChosen):
        add(place, talk, enrolment=other)
    with pytest.raises(NotPermitted):
        add(place, talk, by=place.office)
    for by in (place.office, programmes.learner(other.person)):
        with pytest.raises(NotPermitted):
            actions.remove_post(post=post, by=by, at=make.AT)
        with pytest.raises(NotPermitted):
            actions.change_post(post=post, text=OTHER, by=by, at=make.AT)


@pytest.mark.parametrize("text", ["", "  \n ", "字" * 4001])
def test_refuses_nothing_and_too_much(place, talk, text):
    with pytest.raises(Invalid):
        add(place, talk, text)
    assert not CoursePost.objects.exists()


def test_likeness_of_texts():
    assert counting.alike(counting.bare(GOOD), counting.bare(GOOD)) == 1
    assert counting.alike(counting.bare(GOOD), counting.bare(OTHER)) < 0.2
    assert counting.fingerprint("Ａ，b c") == counting.fingerprint("a b，C")


def test_words_of_a_contribution_pass_the_packs(place, talk):
    for text in (GOOD + "代刷学时找我。", GOOD + "代 刷 课 找我。"):
        with pytest.raises(Invalid) as refused:
            add(place, talk, text)
        assert refused.value.field == "text"
    post = add(place, talk)
    with pytest.raises(Invalid):
        change(place, post, GOOD + "代刷学时找我。")
    assert CoursePost.objects.get().text == GOOD
