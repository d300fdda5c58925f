"""考核基础数据: counters of hosts and workshops as the plan names them, duties, scope, the workbook; equal to counting anew."""

import pytest
from django.urls import reverse

from tests.evaluation import appraisal_factories as appraisals
from tests.programmes import factories as programmes
from tests.workshops import factories as make
from yanxiu.evaluation import actions, host_figures, permissions
from yanxiu.kit.actor import SYSTEM
from yanxiu.people.models import Person
from yanxiu.records.models import Tally
from yanxiu.workshops.models import PostKind

PLAN = (
    make.PLAN
    + """\
assess:
  - {kind: decision, id: host, label: 工作坊主持人考核, of: [topic_host], by: [县项目办], grades: [合格, 不合格], pass_grade: 合格,
     counters: {person: [briefing.issued, qa.answered], workshop: [briefing.issued, discussion]}}
"""
)


@pytest.fixture
def county(cast):
    """Two hosts of a workshop of the county of the cast; one issued briefings, the other answers."""
    running = make.programme(cast.county, source=PLAN)
    actions.lay_down(version=running.current, by=SYSTEM, at=make.AT)
    space = make.space(cast.county, programme=running, title="班级管理专题工作坊")
    hosts = [make.host(space), make.host(space)]
    for host in hosts:
        person = Person.objects.get(pk=host.person_id)
        actions.give_role(
            programme=running, person=person, role="topic_host", space_id=space.pk, unit_path=cast.county.path, by=SYSTEM, at=make.AT
        )
    member = make.member(space, cast.school)
    for number in range(5):
        make.post(space, hosts[0], kind=PostKind.BRIEFING, at=make.days(number))
        make.answer(make.post(space, member, kind=PostKind.QUESTION), hosts[1], at=make.days(number))
    make.post(space, member)
    return cast, running, space, hosts


def test_figures_are_those_of_the_plan_and_say_what_is_short(county):
    cast, running, _space, hosts = county
    asked = appraisals.asked(running, "host")

    page = host_figures.host_figures(permissions.scope_of(cast.actor("教务")), asked, at=make.days(9))

    rows = {row.person_id: row for row in page.rows}
    first, second = (rows[host.person_id] for host in hosts)
    assert (first.own, second.own) == ((5, 0), (0, 5))
    assert first.of_workshop == second.of_workshop == (5, 1)
    assert (first.met, first.asked, first.short) == (1, 2, ("回答问题",))
    assert host_figures.unlike(page.rows) == []
    other = programmes.holder("county_admin", cast.other_county)
    assert host_figures.host_figures(permissions.scope_of(other), asked, at=make.days(9)).rows == []
    assert host_figures.host_figures(permissions.scope_of(cast.actor("教务")), asked, at=make.days(9), level="省").rows == []


def test_the_page_counts_anew_and_the_workbook_leaves_a_trace(county):
    cast, running, space, _hosts = county
    office = cast.client_of("教务")
    address = reverse("evaluation:figures", args=[running.pk, "host"])

    assert "班级管理专题工作坊" in office.get(address).content.decode()
    assert "和下面的数字一致" in office.get(address, {"check": "1"}).content.decode()
    Tally.objects.filter(space_id=space.pk, metric="discussion").update(count=9)
    assert "有 1 处计数" in office.get(address, {"check": "1"}).content.decode()
    book = office.get(reverse("evaluation:export_figures", args=[running.pk, "host"]), {"space": space.pk})
    assert b"".join(book.streaming_content).startswith(b"PK")
    assert cast.client_of("李雷").get(address).status_code == 403
    assert office.get(address, {"space": "²", "level": "x", "page": "0"}).status_code == 200
    assert office.get(reverse("evaluation:figures", args=[running.pk, "nothing"])).status_code == 404
