"""A contribution that is much like another is shown to its author first, posted all the same if she says so, and then noticed."""

import pytest
from django.urls import reverse

from tests.learning import factories as make
from tests.programmes import factories as programmes
from yanxiu.catalogue import content
from yanxiu.catalogue.models import StepKind
from yanxiu.integrity.models import IndexedText, Signal, SignalKind
from yanxiu.learning import actions
from yanxiu.learning.models import CoursePost

GOOD = "先让学生自己读题，圈出已知条件，再请三个人说说打算怎么列式，其他人补充不同的想法。"
OTHER = "我在三年级试过把错题做成小卡片，每周五交换着改，讲得清楚的同学当一次小老师，效果比订正好。"
NEARLY = GOOD.replace("三个人", "三位同学").replace("其他人", "别的人")


class Talk:
    """A discussion that 李雷 and a colleague take part in."""

    def __init__(self, cast):
        programme = make.programme(cast.county)
        course = make.course(cast.county, title="追问的艺术")
        offered = make.offering(programme, course)
        asked = content.Discussion(prompt="您怎样让学生先想再说？", posts=2, min_characters=20)
        self.step = make._step(course, StepKind.DISCUSSION, "说说您的做法", content=content.write(asked))
        self.own = make.enrolment(programme, cast.person("李雷"), stage="初中", subject="数学")
        self.fellow = make.participant(programme, cast.school, stage="初中", subject="数学", name="周小满")
        for one in (self.own, self.fellow):
            make.selection(one, offered)

    def says(self, enrolment, text=GOOD) -> CoursePost:
        return actions.add_post(enrolment=enrolment, step=self.step, text=text, by=programmes.learner(enrolment.person), at=make.AT)


@pytest.fixture
def talk(cast) -> Talk:
    return Talk(cast)


def test_a_post_is_compared_as_it_stands_and_forgotten_when_removed(talk):
    post, by = talk.says(talk.own), programmes.learner(talk.own.person)
    assert IndexedText.objects.get().body == GOOD

    actions.change_post(post=post, text=OTHER, by=by, at=make.AT)
    assert IndexedText.objects.get().body == OTHER
    actions.remove_post(post=post, by=by, at=make.AT)
    assert not IndexedText.objects.exists()


def test_a_post_much_like_anothers_is_noticed_and_counts_until_people_decide(talk):
    talk.says(talk.own)
    post = talk.says(talk.fellow, NEARLY)

    assert (post.why_not, post.record_id is not None) == ("", True)
    assert Signal.objects.get(kind=SignalKind.ALIKE_TEXT).person == talk.fellow.person


def test_the_author_is_shown_her_own_words_first_and_nobodys_name(cast, talk):
    talk.says(talk.fellow)
    browser, url = cast.client_of("李雷", hat="learner"), reverse("learning:add_post", args=[talk.own.pk, talk.step.pk])

    asked = browser.post(url, {"text": NEARLY})

    words = asked.content.decode()
    assert asked.status_code == 409
    assert "同一方案里别人写的" in words
    assert NEARLY in words  # what was typed is kept
    assert CoursePost.objects.count() == 1
    browser.post(url, {"text": NEARLY, "alike": "seen"})
    assert CoursePost.objects.count() == 2


def test_an_own_thought_is_posted_at_once(cast, talk):
    talk.says(talk.fellow)
    browser, url = cast.client_of("李雷", hat="learner"), reverse("learning:add_post", args=[talk.own.pk, talk.step.pk])

    assert browser.post(url, {"text": OTHER}).status_code == 302
    assert not Signal.objects.exists()
