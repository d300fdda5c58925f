"""What must not be told: whose a case is while it is judged, what an anonymous answer was, what is hidden, who a stranger is."""

from dataclasses import replace
from datetime import timedelta
from io import BytesIO
from zipfile import ZipFile

import pytest
from django.urls import reverse

from tests.access import factories as access
from tests.integrity import factories as signals
from tests.integrity import order_factories as order
from tests.programmes import factories as programmes
from tests.workshops import climbing
from tests.workshops import factories as make
from tests.workshops import places_factories as places
from tests.workshops import tools_factories as tools
from yanxiu.access.roles import ROLES
from yanxiu.integrity import permissions as integrity
from yanxiu.integrity.models import ReportCase, ReportReason
from yanxiu.kit.actor import Actor, Grant
from yanxiu.kit.clock import now
from yanxiu.kit.errors import Conflict, Invalid, NotFound
from yanxiu.kit.rules import holds
from yanxiu.people.models import Person
from yanxiu.programmes.models import Enrolment
from yanxiu.records.deeds import Asked, deeds
from yanxiu.workshops import actions, permissions, queries
from yanxiu.workshops.behaviour import events_of
from yanxiu.workshops.likeness import POST
from yanxiu.workshops.models import Ballot, CaseTheme, Membership, Post, PostKind, Space

TITLE, WORDS = "一节课的三次修改", "第一稿讲得太满，第二稿把问题交给学生，第三稿只留两个追问"


@pytest.fixture
def ground(db):
    return climbing.build()


def url(name, *args):
    return reverse(f"workshops:{name}", args=args)


def body(answer):
    return (b"".join(answer.streaming_content) if answer.streaming else answer.content).decode(errors="replace")


def unzipped(answer):
    book = ZipFile(BytesIO(b"".join(answer.streaming_content)))
    return "".join(book.read(name).decode(errors="replace") for name in book.namelist())


def entered(ground, *, title=TITLE):
    """A case of a member of the county's workshop, entered for a theme that runs now."""
    at = now()
    theme = climbing.theme(ground, opens_at=at - timedelta(days=1), closes_at=at + timedelta(days=9))
    author = make.member(ground.low, ground.school, name="赵慎言")
    return actions.submit_case(theme=theme, space=ground.low, title=title, source=WORDS, by=author, at=at), author


def test_what_people_did_does_not_tell_whose_a_sealed_case_is(ground):
    entry, author = entered(ground)
    actions.correct(post=entry.post, title=TITLE, source=f"{WORDS}，最后留白", by=author, at=now())
    host = climbing.browser(ground.host(ground.low))
    pages = [url("space_deeds", ground.low.pk), url("deeds_of", author.person_id)]

    for page in pages:
        seen = body(host.get(page))
        assert TITLE not in seen
        assert "提交案例" not in seen  # when she handed it in would tell as well: the list of cases has their order
    assert TITLE in body(climbing.browser(author).get(pages[1]))
    CaseTheme.objects.update(published_at=now(), published_by=author.person_id)
    assert all(TITLE in body(host.get(page)) for page in pages)


def test_the_file_of_what_people_did_does_not_tell_it_either(ground):
    _entry, author = entered(ground)
    pages = [url("export_space_deeds", ground.low.pk), url("export_deeds_of", author.person_id)]
    for page in pages:
        assert TITLE not in unzipped(climbing.browser(ground.host(ground.low)).get(page))
    assert TITLE in unzipped(climbing.browser(author).get(pages[1]))


def test_what_waits_for_order_does_not_tell_whose_a_sealed_case_is(ground):
    order.word_pack(ground.province, "不想研修", action="flag")
    order.word_pack(ground.province, "加群领取", action="hold")
    make.space_rules(ground.low, hold_first=5, hold_links=True)
    entry, author = entered(ground, title="不想研修的老师")
    host = climbing.browser(ground.host(ground.low))

    assert entry.post.state == "published"  # nobody is shown it before it is judged
    for show in ("held", "hits", "reports"):
        seen = body(host.get(url("space_order", ground.low.pk), {"show": show}))
        assert "不想研修的老师" not in seen
        assert "赵慎言" not in seen
    with pytest.raises(Invalid, match="没有地方等") as refused:
        actions.submit_case(theme=entry.theme, space=ground.low, title="第二件", source=f"{WORDS} 加群领取", by=author, at=now())
    assert refused.value.field == "source"
    CaseTheme.objects.update(published_at=now(), published_by=author.person_id)
    assert "不想研修的老师" in body(host.get(url("space_order", ground.low.pk), {"show": "hits"}))


def hide(post):
    Post.objects.filter(pk=post.pk).update(state="hidden", hidden_at=make.AT, hidden_reason="与主题无关")


def test_what_is_hidden_is_not_named_where_others_refer_to_it(shop):
    """The title of a hidden call, problem, ballot or solution stands on no page that its readers still open."""
    call = tools.activity(shop.space, shop.host, title="藏起的征集", purpose="call")
    first = tools.problem(shop.space, shop.member, title="藏起的问题")
    asked = tools.ballot(shop.space, shop.host, title="藏起的投票")
    second = tools.problem(shop.space, shop.member, title="看得见的问题", into=first, state="joined", call=call, ballot=asked, option=0)
    solved = tools.solution(first, shop.host)
    about = tools.ballot(shop.space, shop.host, title="看得见的投票", about=first.post)
    member, host = climbing.browser(make.member(shop.space, shop.school)), climbing.browser(shop.host)
    pages = [
        url("problems", shop.space.pk) + f"?call={call.post_id}", url("problems", shop.space.pk) + "?stage=joined",
        url("thread", second.post_id), url("thread", solved.post_id), url("thread", about.post_id),
    ]  # fmt: skip
    assert all("藏起的" in body(member.get(page)) for page in pages)

    for post in (call.post, first.post, asked.post):
        hide(post)
    for page in pages:
        answer = member.get(page)
        assert (answer.status_code, "藏起的" in body(answer)) == (200, False), page
    assert "藏起的问题" in body(host.get(pages[2]))  # who keeps order sees it


def test_a_hidden_problem_is_not_put_before_all_again(shop):
    """The options of a vote are the titles of problems: a hidden one would be public in them."""
    one, two = (tools.problem(shop.space, shop.member, state="selected") for _ in range(2))
    hide(one.post)
    facts = {"title": "选", "closes_at": make.days(3), "most": 1, "by": shop.host, "at": make.AT}
    with pytest.raises(Conflict, match="已经撤下"):
        actions.put_to_vote(space=shop.space, problems=[one, two], **facts)
    with pytest.raises(Conflict, match="已经撤下"):
        actions.join_problem(problem=two, into=one, by=shop.host, at=make.AT)


def test_votes_on_problems_are_not_told_while_the_ballot_is_open(shop):
    """The ballot shows its figures after one has answered; the board beside it must not show them before."""
    asked = tools.ballot(shop.space, shop.host, closes_at=now() + timedelta(days=3), opens_at=now() - timedelta(days=1))
    one = tools.problem(shop.space, shop.member, state="voting", ballot=asked, option=0)
    question = tools.BallotQuestion.objects.get(ballot=asked)
    for who in (make.member(shop.space, shop.school) for _ in range(3)):
        tools.ballot_reply(asked, Person.objects.get(pk=who.person_id), {str(question.pk): [0]})
    pages = [url("problems", shop.space.pk), url("thread", one.post_id)]
    member = climbing.browser(shop.member)

    assert not any("<b>3</b> 票" in body(member.get(page)) for page in pages)
    assert all("<b>3</b> 票" in body(climbing.browser(shop.host).get(page)) for page in pages)
    Ballot.objects.update(closes_at=now() - timedelta(hours=1))
    assert all("<b>3</b> 票" in body(member.get(page)) for page in pages)


def test_the_feed_of_a_prepared_space_waits_until_it_opens(shop):
    """Its members have their seats by the roster, and come in when it opens."""
    make.post(shop.space, shop.host, kind=PostKind.BRIEFING, title="还没开放的简报", at=now())
    Space.objects.filter(pk=shop.space.pk).update(state="preparing")
    member = climbing.browser(shop.member)

    assert member.get(url("space_feed", shop.space.pk)).status_code == 403
    assert "还没开放的简报" not in body(member.get(reverse("workshops:feed")))
    assert shop.space.title not in body(member.get(reverse("workshops:find")))
    Space.objects.filter(pk=shop.space.pk).update(state="open")
    assert "还没开放的简报" in body(member.get(reverse("workshops:feed")))


def test_a_hidden_space_is_not_listed_below_or_beside_others(ground):
    """Whoever knows the workshop above or beside learns neither its name nor that there is one more."""
    member = make.member(ground.middle, ground.school)
    aside = make.space(ground.city, programme=ground.programme, title="白石县联通坊")
    places.space_link(ground.middle, aside)
    pages = [url("space_page", ground.middle.pk), url("space", ground.middle.pk)]
    before = [body(climbing.browser(member).get(page)) for page in pages]
    assert all(name in before[0] for name in ("青河县初中语文工作坊", "白石县联通坊"))

    Space.objects.filter(pk__in=[ground.low.pk, aside.pk]).update(visibility="hidden")
    after = [body(climbing.browser(member).get(page)) for page in pages]
    assert not any(name in page for name in ("青河县初中语文工作坊", "白石县联通坊") for page in after)
    insider = make.member(ground.low, ground.school)
    make.membership(ground.middle, Person.objects.get(pk=insider.person_id))
    assert "青河县初中语文工作坊" in body(climbing.browser(insider).get(pages[0]))
    assert queries.around(ground.middle, person_id=None).lower == 1


def test_hosts_do_not_find_strangers_by_trying_names(shop):
    """A host of the county's workshop types names: only people of the programme, and those known in the workshop, are there."""
    stranger = programmes.teacher(shop.school, name="陌生人")
    Person.objects.filter(pk=stranger.pk).update(staff_number="T0099")
    host = climbing.browser(shop.host)
    team = tools.activity(shop.space, shop.host, purpose="team", starts_at=now() + timedelta(days=1))
    for text in ("陌生人", "T0099"):
        assert "没有找到 1 行" in body(host.post(url("add_members", shop.space.pk), {"people": text}))
        host.post(url("name_to_team", team.post_id), {"people": text})
    assert not tools.ActivitySeat.objects.exists()
    assert not Membership.objects.filter(person=stranger).exists()
    twins = [shop.newcomer(name="同名人") for _ in range(2)]
    for one, number in zip(twins, ("T0101", "T0102"), strict=True):
        Person.objects.filter(pk=one.pk).update(staff_number=number)
    answer = body(host.post(url("add_members", shop.space.pk), {"people": "同名人"}))
    assert ("有 2 位" in answer, "T0101" in answer) == (True, False)
    host.post(url("add_members", shop.space.pk), {"people": "T0101"})
    assert Membership.objects.get(person__in=twins).person.staff_number == "T0101"


def test_whoever_left_the_programme_reads_its_guidance_no_more(shop):
    asker, reader = make.participant(shop.programme, shop.school), make.participant(shop.programme, shop.school)
    asked = make.guidance_question(asker, state="answered", answered_at=make.AT)
    browser = climbing.browser(programmes.learner(reader.person))
    assert browser.get(url("guidance_question", asked.pk)).status_code == 200
    Enrolment.objects.filter(pk=reader.pk).update(state="left", left_at=make.AT)
    assert browser.get(url("guidance_question", asked.pk)).status_code == 404


def test_what_was_asked_of_others_is_not_there_for_strangers(shop):
    other = make.space(shop.other_county, title="白石县工作坊")
    one = tools.activity(shop.space, shop.host)
    asked = tools.activity_host(one, other, asked_by=shop.host.person_id)
    stranger = climbing.browser(make.host(make.space(shop.other_county)))
    for name in ("agree_to_hold", "leave_holding"):
        assert stranger.post(url(name, asked.pk)).status_code == 404
    assert climbing.browser(make.host(other)).post(url("agree_to_hold", asked.pk)).status_code == 302


def test_an_office_reads_of_its_teacher_nothing_from_spaces_kept_apart(shop):
    """A view from above is not enough for hidden and personal spaces; the titles of what was written there are not told beside either."""
    hidden = make.space(shop.other_county, visibility="hidden")
    person = Person.objects.get(pk=shop.member.person_id)
    make.membership(hidden, person)
    make.post(hidden, shop.member, title="藏着的坊里", at=now())
    make.post(shop.space, shop.member, title="看得见的坊里", at=now())
    page = url("deeds_of", person.pk)
    asked = Asked(events=events_of(""), since=make.days(-30), until=now() + timedelta(days=1), person_id=person.pk)

    office = programmes.holder("school_admin", shop.school)
    apart = list(permissions.kept_apart(office, person))
    assert apart == [hidden]
    assert [one.about for one in deeds(replace(asked, apart=[one.pk for one in apart]))] == ["看得见的坊里"]
    assert not permissions.kept_apart(programmes.holder("county_admin", shop.other_county), person).exists()
    assert "藏着的坊里" in body(climbing.browser(shop.member).get(page))
    access.appointment(person := programmes.teacher(shop.school), "school_admin", shop.school)
    seen = body(climbing.browser(programmes.learner(person)).get(page))
    assert ("看得见的坊里" in seen, "藏着的坊里" in seen) == (True, False)


def test_a_host_keeps_order_in_the_own_workshop_only(shop):
    """The hat of a host stands at the unit of her workshop: what offices see by units is not hers."""
    other = make.space(shop.county, programme=shop.programme)
    author = make.member(other, shop.school)
    post = make.post(other, author, title="别的坊里的发言")
    actions.report_post(post=post, reason=ReportReason.OFF_TOPIC, by=make.member(other, shop.school), at=make.AT)
    case = ReportCase.objects.get()
    about = programmes.teacher(shop.school)
    outside = order.measure(about, seat=shop.county, space_id=None)

    assert permissions.visible_cases(shop.office).count() == 1
    assert not permissions.visible_cases(shop.host).exists()
    with pytest.raises(NotFound):
        actions.settle_report(case=case, answer="看过，可以留", by=shop.host, at=make.AT)
    assert permissions.visible_measures(shop.office).filter(pk=outside.pk).exists()
    assert not permissions.visible_measures(shop.host).filter(pk=outside.pk).exists()


def test_a_guide_of_one_programme_does_not_read_the_questions_of_another(shop):
    other = make.programme(shop.county)
    asked = make.guidance_question(make.participant(other, shop.school))
    grant = Grant(role="tutor", permissions=ROLES["tutor"].permissions, path=shop.county.path, programme_id=shop.programme.pk)
    for programme_id, sees in ((shop.programme.pk, False), (other.pk, True), (None, True)):
        tutor = Actor(person_id=shop.host.person_id, label="指导教师", grants=(replace(grant, programme_id=programme_id),))
        assert permissions.visible_guidance(tutor).filter(pk=asked.pk).exists() is sees
        assert holds(permissions.check_can_see_guidance, tutor, asked) is sees
        assert holds(permissions.check_can_guide, tutor, asked) is sees


def test_offices_are_told_of_a_near_copy_by_a_sealed_case_only_when_its_theme_is_published(ground):
    entry, author = entered(ground)
    office = programmes.holder("county_admin", ground.county)
    person = Person.objects.get(pk=author.person_id)
    text = signals.indexed_text(person, object_type=POST, object_id=entry.post_id, is_noticed=True)
    other = signals.indexed_text(person, object_type="article", object_id=1)
    signals.likeness(text, other)
    facts = {"lines": [TITLE], "figures": {"text": text.pk, "other": other.pk}}
    found = signals.signal(person, kind="alike_text", facts=facts)

    def told():
        by_set = [
            integrity.visible_texts(office).filter(pk=text.pk).exists(), integrity.visible_signals(office).filter(pk=found.pk).exists(),
        ]  # fmt: skip
        assert holds(integrity.check_can_see_signal, office, found) is by_set[1]
        return by_set

    assert told() == [False, False]
    CaseTheme.objects.update(published_at=now(), published_by=author.person_id)
    assert told() == [True, True]
