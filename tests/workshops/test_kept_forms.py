"""Forms of tools keep what is typed until it is sent, without JavaScript too; sending one leaves the others."""

import re

import pytest

from tests.workshops import climbing
from tests.workshops import tools_factories as tools
from tests.workshops.test_pages import one, text, url  # noqa: F401 - the workshop
from tests.workshops.test_tool_pages import activity_data, ballot_data, host_of
from yanxiu.drafts.models import Draft
from yanxiu.workshops.models import CaseTheme

TYPED = "写到一半的话，先留着"


def keeps(client, page, **typed):
    """Press 存草稿 on a page with what is typed; return the page anew."""
    shown = client.get(page).content.decode()
    address = re.search(r'formaction="([^"]+)"', shown).group(1)
    assert f'data-draft="{address}"' in shown
    assert client.post(address, typed).status_code == 302
    return text(client.get(page))


@pytest.mark.parametrize(
    ("name", "typed"),
    [
        ("start_activity", activity_data(source=TYPED)),
        ("open_ballot", ballot_data(source=TYPED)),
        ("hand_in_problem", {"title": "小组讨论总是那几个人说", "source": TYPED}),
    ],
)
def test_a_tool_is_written_further_and_sent(cast, one, name, typed):  # noqa: F811
    host = cast.client_of("王老师")
    page = keeps(host, url(name, one.pk), **typed)
    assert TYPED in page
    assert typed["title"] in page
    assert f'href="{url(name, one.pk)}"' in text(host.get("/drafts/"))

    assert host.post(url(name, one.pk), typed).status_code == 302
    assert not Draft.objects.exists()


def test_an_empty_box_stays_empty(cast, one):  # noqa: F811
    typed = activity_data()
    del typed["has_code"]
    host, ticked = cast.client_of("王老师"), r'name="has_code"[^>]* checked'
    assert re.search(ticked, text(host.get(url("start_activity", one.pk))))
    assert not re.search(ticked, keeps(host, url("start_activity", one.pk), **typed))


def test_all_questions_of_a_ballot_are_kept_and_a_vote_on_problems_leaves_them(cast, one):  # noqa: F811
    host = cast.client_of("王老师")
    more = {"number": "2", "q1-title": "为什么这样选", "q1-kind": "text", "q1-options": ""}
    page = keeps(host, url("open_ballot", one.pk), **ballot_data(**more))
    assert "第 2 题" in page
    assert "为什么这样选" in page
    assert "课堂提问 作业设计" in page
    problems = [tools.problem(one, host_of(one, cast), state="selected").pk for _ in range(2)]
    closes_at = ballot_data()["closes_at"]

    host.post(url("put_to_vote", one.pk), {"title": "研讨哪些", "closes_at": closes_at, "most": "1", "chosen": problems})

    assert Draft.objects.count() == 1


def test_solutions_are_kept_each_for_its_problem(cast, one):  # noqa: F811
    host = cast.client_of("王老师")
    first, second = (tools.problem(one, host_of(one, cast), state="discussing") for _ in range(2))
    typed = {"title": "提问三步法", "source": TYPED}
    assert TYPED in keeps(host, url("publish_solution", first.post_id), **typed)
    assert TYPED not in text(host.get(url("publish_solution", second.post_id)))
    host.post(url("publish_solution", second.post_id), {"title": "换一种问法", "source": "先写后说。"})
    assert Draft.objects.count() == 1
    host.post(url("publish_solution", first.post_id), typed)
    assert not Draft.objects.exists()


def test_documents_are_kept_each_for_its_kind(cast, one):  # noqa: F811
    host = cast.client_of("王老师")
    page = keeps(host, url("publish_document", one.pk, "rules"), title="规则", source=TYPED, asks="on")
    assert TYPED in page
    assert re.search(r'name="asks"[^>]* checked', page)
    assert TYPED not in text(host.get(url("publish_document", one.pk, "plan")))
    host.post(url("publish_document", one.pk, "plan"), {"source": "方案"})
    assert Draft.objects.count() == 1
    host.post(url("publish_document", one.pk, "rules"), {"source": TYPED})
    assert not Draft.objects.exists()


def test_a_theme_is_kept(db):
    ground = climbing.build()
    host, page = climbing.browser(ground.host(ground.top)), url("design_theme", ground.top.pk)
    assert TYPED in keeps(host, page, title="作业设计", source=TYPED)
    days = {"opens_on": "2099-01-01", "closes_on": "2099-02-01", "days_per_level": "7"}
    host.post(page, {"title": "作业设计", "source": TYPED, **days})
    assert CaseTheme.objects.count() == 1
    assert not Draft.objects.exists()
