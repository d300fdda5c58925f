"""Authors hear how far their cases come, guides of what was not reached, hosts of advice from above."""

import pytest

from tests.workshops import case_factories as cases
from tests.workshops import climbing as ground_of
from tests.workshops import factories as make
from yanxiu.notices import climbing
from yanxiu.notices.models import Delivery
from yanxiu.people.models import Person
from yanxiu.records.models import Record
from yanxiu.workshops import actions
from yanxiu.workshops.models import CaseTheme, Space


@pytest.fixture
def ground(db):
    return ground_of.build()


def told(verb, reaction):
    record = Record.objects.filter(verb=verb).latest("pk")
    reaction(record)
    reaction(record)


def test_an_author_hears_that_her_case_goes_up_and_no_more_when_it_is_taken_back(ground):
    theme = ground_of.theme(ground)
    entry = cases.case_entries(ground.round(theme, ground.low), ground.authors(20))[0]
    one = ground_of.close(ground.round(theme, ground.low))
    host = ground.host(ground.low)

    actions.recommend(round=ground.round(theme, ground.low), entry_ids=[entry.pk], by=host, at=one.closes_at)
    told("recommended", climbing.tell_whose_case_goes_up)
    assert _notices(entry.author_id) == [f"您的案例“{entry.post.title}”推荐上去了"]
    actions.take_back(round=ground.round(theme, ground.low), entry=entry, by=host, at=one.closes_at)
    told("took_back", climbing.withdraw_what_was_told)
    assert _notices(entry.author_id) == []


def test_who_was_selected_hears_when_it_is_published(ground):
    theme = ground_of.theme(ground)
    entry = cases.case_entries(ground.round(theme, ground.top), ground.authors(1))[0]
    for space in (ground.low, ground.other_low, ground.middle, ground.top):
        ground_of.close(ground.round(theme, space))
    top, host = ground.round(theme, ground.top), ground.host(ground.top)
    actions.select(round=top, entry=entry, words="证据扎实", by=host, at=top.closes_at)

    actions.publish_theme(round=top, by=host, at=top.closes_at)
    told("published", climbing.tell_who_was_selected)

    assert CaseTheme.objects.get(pk=theme.pk).published_at == top.closes_at
    assert _notices(entry.author_id) == [f"您的案例“{entry.post.title}”入选了"]


def test_guides_hear_what_was_not_reached_and_hosts_what_was_advised(ground):
    guide, host = ground.host(ground.middle), ground.host(ground.low)
    actions.divide(upper=ground.middle, guides={ground.low.pk: guide.person_id, ground.other_low.pk: guide.person_id}, by=guide, at=make.AT)
    lower = Space.objects.select_related("org", "parent").get(pk=ground.low.pk)

    actions.note_visit(lower=lower, kind="advice", words="下一期简报可以放两份学生作品", by=guide, at=make.AT)
    told("guided", climbing.tell_advised_hosts)
    actions.remind_guides(upper=ground.middle, by=guide, at=make.AT)
    told("reminded", climbing.tell_guides)

    assert _notices(guide.person_id) == ["还有 1 个下级坊没有跟进"]
    assert _notices(host.person_id) == [f"{Person.objects.get(pk=guide.person_id).name}（工作坊主持人）给{ground.low.title}提了建议"]


def _notices(person_id):
    return list(Delivery.objects.filter(person=person_id).order_by("pk").values_list("notice__title", flat=True))
