"""Words beside posts pass the packs too: questions and options, free answers, places, reasons of praise."""

from datetime import timedelta

import pytest

from tests.integrity import order_factories as order
from tests.workshops import factories as make
from tests.workshops import tools_factories as tools
from yanxiu.integrity.models import MeasureKind, ReportCase, ReportReason, WordHit
from yanxiu.kit.errors import Conflict, Invalid
from yanxiu.people.models import Person
from yanxiu.workshops import actions, permissions
from yanxiu.workshops.actions import ActivityFacts, BallotFacts, opening
from yanxiu.workshops.asking import Asked
from yanxiu.workshops.likeness import POST
from yanxiu.workshops.models import (
    Activity,
    Ballot,
    BallotQuestion,
    BallotReply,
    Membership,
    Praise,
    QuestionKind,
    Space,
    SpaceKind,
    SpaceRules,
)

WEEK = make.AT + timedelta(days=7)


@pytest.fixture(autouse=True)
def packs(shop):
    order.word_pack(shop.county, "推销课件", action="block")
    order.word_pack(shop.county, "加群领取", action="hold")
    order.word_pack(shop.county, "笨蛋", action="mask")
    order.word_pack(shop.county, "不想研修", action="flag")


def ballot_of(*questions):
    return BallotFacts(closes_at=WEEK, questions=list(questions))


def activity_at(place):
    return ActivityFacts(mode="offline", place=place, starts_at=make.AT + timedelta(days=1), ends_at=make.AT + timedelta(days=2))


def test_questions_and_options_of_a_ballot(shop):
    facts = {"space": shop.space, "title": "下一步研讨什么", "source": "", "by": shop.host, "at": make.AT}
    plain = Asked(title="选一个", options=["课堂提问", "作业设计"])

    with pytest.raises(Invalid) as refused:
        actions.open_ballot(facts=ballot_of(plain, Asked(title="要不要", options=["看推 销 课 件", "不要"])), **facts)
    assert (refused.value.field, Ballot.objects.count()) == ("question2", 0)
    assert "推 销 课 件" in refused.value.message
    opened = actions.open_ballot(facts=ballot_of(Asked(title="不想研修怎么办", options=["说他笨蛋", "问原因"])), **facts)
    assert BallotQuestion.objects.get().options == ["说他○○", "问原因"]
    assert WordHit.objects.filter(object_id=opened.post_id, action="flag").count() == 1
    with pytest.raises(Invalid):
        actions.change_ballot(ballot=opened, facts=ballot_of(Asked(title="推销课件", options=["好", "不好"])), by=shop.host, at=make.AT)


@pytest.mark.parametrize("is_anonymous", [True, False])
def test_free_answers_never_wait_and_name_nobody(shop, is_anonymous):
    asked = tools.ballot(shop.space, shop.host, questions=0, is_anonymous=is_anonymous)
    one = tools.ballot_question(asked, kind=QuestionKind.TEXT)
    facts = {"ballot": asked, "by": shop.member, "at": make.AT}

    for words in ("请加群领取", "买推销课件"):
        with pytest.raises(Invalid) as refused:
            actions.answer_ballot(answers={one.pk: words}, **facts)
        assert refused.value.field == f"q{one.pk}"
    assert not BallotReply.objects.exists()
    actions.answer_ballot(answers={one.pk: "不想研修，笨蛋才来"}, **facts)
    assert BallotReply.objects.get().answers == {str(one.pk): "不想研修，○○才来"}
    assert not WordHit.objects.exists()


def test_places_and_reasons_of_activities(shop):
    facts = {"space": shop.space, "title": "读书会", "source": "一起读。", "by": shop.host, "at": make.AT}

    with pytest.raises(Invalid) as refused:
        actions.start_activity(facts=activity_at("推销课件现场"), **facts)
    assert (refused.value.field, Activity.objects.count()) == ("place", 0)
    started = actions.start_activity(facts=activity_at("笨蛋教室"), **facts)
    assert started.place == "○○教室"
    with pytest.raises(Invalid):
        actions.change_activity(activity=started, facts=activity_at("推销课件现场"), by=shop.host, at=make.AT)
    with pytest.raises(Invalid) as refused:
        actions.call_off_activity(activity=started, reason="去看推销课件", by=shop.host, at=make.AT)
    assert refused.value.field == "reason"


def test_reasons_of_praise_and_who_keeps_order(shop):
    given = {"workshop": shop.space, "person": Person.objects.get(pk=shop.member.person_id), "by": shop.host, "at": make.AT}

    with pytest.raises(Invalid) as refused:
        actions.praise(reason="推销课件做得好", **given)
    assert (refused.value.field, Praise.objects.count()) == ("reason", 0)
    assert (
        actions.praise(reason="劝住了加群领取的笨蛋", **given).reason == "劝住了加群领取的○○"
    )  # the host keeps order: nothing waits for her


def test_a_space_without_packs_takes_what_it_likes(shop):
    SpaceRules.objects.create(space=shop.space, uses_packs=False, set_label="主持人", set_at=make.AT)
    person = Person.objects.get(pk=shop.member.person_id)
    assert "推销课件" in actions.praise(workshop=shop.space, person=person, reason="识破了推销课件", by=shop.host, at=make.AT).reason


SAID = "不想研修的人也来了"
FLAGGED = {
    "title": lambda shop: actions.open_discussion(space=shop.space, title=SAID, source="说说看", by=shop.member, at=make.AT),
    "comment": lambda shop: actions.reply(thread=make.post(shop.space, shop.host), source=SAID, by=shop.member, at=make.AT),
    "praise": lambda shop: actions.praise(
        workshop=shop.space, person=Person.objects.get(pk=shop.member.person_id), reason=SAID, by=shop.host, at=make.AT
    ),
    "study_group": lambda shop: actions.set_group(
        workshop=shop.space, membership_ids=[Membership.objects.get(person=shop.member.person_id).pk], group=SAID, by=shop.host, at=make.AT
    ),
    "space_contact": lambda shop: actions.name_contact(
        space=shop.space, role="expert", name="周怀远", unit="", words=SAID, by=shop.host, at=make.AT
    ),
    "space_link": lambda shop: actions.ask_link(
        space=shop.space, other=make.space(shop.county), kinds=["activity"], message=SAID, by=shop.host, at=make.AT
    ),
    "host_share": lambda shop: actions.share_labour(
        workshop=shop.space, person=Person.objects.get(pk=shop.host.person_id), duty="", group="", words=SAID, by=shop.host, at=make.AT
    ),
    "closed_space": lambda shop: actions.close_space(space=shop.space, reason=SAID, by=shop.host, at=make.AT),
}  # fmt: skip


@pytest.mark.parametrize("what", FLAGGED)
def test_a_flagged_word_in_few_words_waits_for_a_look_as_in_many(shop, what):
    FLAGGED[what](shop)

    waits = [permissions.visible_hits(shop.office).filter(object_type=POST).count(), permissions.visible_cases(shop.office).count()]
    if what in ("title", "comment"):
        assert waits == [1, 0]
        return
    assert waits == [0, 1]
    case = ReportCase.objects.get()
    assert (case.object_type, case.person_id, SAID in case.snapshot) == (what, shop.host.person_id, True)
    assert WordHit.objects.get().object_type == what
    warned = actions.act_on_case(case=case, kind=MeasureKind.WARN, rule=ReportReason.ADVERT, reason="换个说法", by=shop.office, at=make.AT)
    assert (warned.person_id, ReportCase.objects.get().state) == (shop.host.person_id, "upheld")


def test_what_cannot_be_hidden_says_what_can_be_done(shop):
    FLAGGED["praise"](shop)
    with pytest.raises(Conflict, match="不能隐藏，可以提醒本人改"):
        actions.act_on_case(
            case=ReportCase.objects.get(), kind=MeasureKind.HIDE, rule=ReportReason.ADVERT, reason="换个说法", by=shop.office, at=make.AT
        )


BAD = "看推销课件"
ABOUT_SPACES = {
    "title": lambda shop: actions.open_space(kind=SpaceKind.TOPIC_WORKSHOP, title=BAD, org=shop.county, by=shop.office, at=make.AT),
    "intro": lambda shop: actions.describe(space=shop.space, intro=BAD, rules="", by=shop.host, at=make.AT),
    "rules": lambda shop: actions.describe(space=shop.space, intro="", rules=BAD, by=shop.host, at=make.AT),
    "source": lambda shop: actions.publish_document(space=shop.space, kind="plan", title="", source=BAD, by=shop.host, at=make.AT),
    "words": lambda shop: actions.name_contact(
        space=shop.space, role="expert", name="周怀远", unit="", words=BAD, by=shop.host, at=make.AT
    ),
    "unit": lambda shop: actions.name_contact(space=shop.space, role="expert", name="周怀远", unit=BAD, words="", by=shop.host, at=make.AT),
    "reason": lambda shop: actions.close_space(space=shop.space, reason=BAD, by=shop.host, at=make.AT),
    "group": lambda shop: actions.set_group(workshop=shop.space, membership_ids=[1], group=BAD, by=shop.host, at=make.AT),
    "message": lambda shop: actions.ask_link(
        space=shop.space, other=make.space(shop.county), kinds=["activity"], message=BAD, by=shop.host, at=make.AT
    ),
}


@pytest.mark.parametrize("field", ABOUT_SPACES)
def test_what_is_told_of_a_space_is_refused_at_its_field(shop, field):
    before = Space.objects.values("title", "intro", "rules", "state").get(pk=shop.space.pk)

    with pytest.raises(Invalid) as refused:
        ABOUT_SPACES[field](shop)

    assert (refused.value.field, "推销课件" in refused.value.message) == (field, True)
    assert Space.objects.values("title", "intro", "rules", "state").get(pk=shop.space.pk) == before


def test_what_is_told_of_a_space_is_covered_and_looked_at_by_the_office(shop):
    told = actions.describe(space=shop.space, intro="不想研修也不是笨蛋", rules="", by=shop.host, at=make.AT)

    assert told.intro == "不想研修也不是○○"
    case = ReportCase.objects.get()
    assert (case.object_type, case.object_id, case.person_id) == ("space", shop.space.pk, shop.host.person_id)
    assert [permissions.visible_cases(one).filter(pk=case.pk).exists() for one in (shop.office, shop.host)] == [True, False]


def test_a_sub_workshop_that_opens_by_itself_is_judged_no_more(shop):
    Space.objects.filter(pk=shop.space.pk).update(title="推销课件工作坊", cap=1, splits=True)
    shop.space.refresh_from_db()
    assert opening.open_below(shop.space, by=shop.host, at=make.AT).title.startswith("推销课件工作坊")
