"""What is no post is reported, hidden and brought back like a post: resources, introductions, contributions, what is told of spaces."""

import pytest
from django.urls import reverse

from tests.learning import factories as learning
from tests.people import factories as people
from tests.programmes import factories as programmes
from tests.workshops import climbing
from tests.workshops import factories as make
from yanxiu.approvals import actions as approvals
from yanxiu.approvals.models import Chain, StepState
from yanxiu.catalogue import actions as catalogue
from yanxiu.catalogue import content
from yanxiu.catalogue.models import Resource, Shelving, StepKind
from yanxiu.integrity import actions as integrity
from yanxiu.integrity import reported
from yanxiu.integrity.models import CaseState, Measure, MeasureKind, Report, ReportCase, ReportReason, Ruling
from yanxiu.kit.errors import Conflict, NotFound, NotPermitted
from yanxiu.learning import actions as study
from yanxiu.learning.models import CoursePost
from yanxiu.people.models import Person, PersonalPage
from yanxiu.programmes.models import Enrolment
from yanxiu.records.models import Record, Tally
from yanxiu.records.queries import differences
from yanxiu.workshops import actions, permissions, queries
from yanxiu.workshops.models import Space, SpaceDocument

SAID = "先让学生自己读题，圈出已知条件，再请三个人说说打算怎么列式。"


def resource(shop):
    """A resource of the member, uploaded through the actions, featured in the school's library."""
    facts = catalogue.ResourceFacts(
        title="分数的意义", kind="教学设计", stage="小学", subject="数学", source="从分月饼开始认识分数，再到数轴。"
    )
    draft = catalogue.draft_resource(facts=facts, by=shop.member, at=make.AT)
    catalogue.finish_resource(resource=draft, is_declared=True, by=shop.member, at=make.AT)
    shelf = catalogue.hand_in_resource(resource=draft, by=shop.member, at=make.AT)
    keeper = programmes.holder("school_admin", shop.school)
    approvals.decide(chain=Chain.objects.get(pk=shelf.chain_id), verdict=StepState.APPROVED, opinion="完整", by=keeper, at=make.AT)
    catalogue.feature_resource(shelving=Shelving.objects.get(pk=shelf.pk), by=keeper, at=make.AT)

    def facts_now():
        return (*Resource.objects.values_list("state", "withdrawn_reason").get(pk=draft.pk),
                *Shelving.objects.values_list("state", "featured_at", "reason").get(pk=shelf.pk))  # fmt: skip

    return "resource", draft.pk, facts_now


def introduction(shop):
    page = people.personal_page(Person.objects.get(pk=shop.member.person_id), is_open=True, words="教物理，加我领课件")
    return "introduction", page.person_id, lambda: PersonalPage.objects.get(pk=page.pk).words


def contribution(shop):
    course = learning.course(shop.county, title="追问的艺术")
    enrolment = Enrolment.objects.select_related("person").get(person=shop.member.person_id)
    offering = learning.offering(shop.programme, course, block="electives", topic="班级管理")
    for one in (enrolment, make.participant(shop.programme, shop.school, name="韩梅梅")):
        learning.selection(one, offering)
    held = content.write(content.Discussion(prompt="怎样追问？", posts=2, min_characters=10))
    step = learning._step(course, StepKind.DISCUSSION, "说说做法", content=held)
    post = study.add_post(enrolment=enrolment, step=step, text=SAID, by=shop.member, at=make.AT)
    rows = CoursePost.objects.filter(pk=post.pk)
    return "course_post", post.pk, lambda: (rows.get().removed_at, rows.get().record_id is not None, rows.get().text)


def intro(shop):
    actions.describe(space=shop.space, intro="加我领课件", rules="", by=shop.host, at=make.AT)
    return "space", shop.space.pk, lambda: Space.objects.get(pk=shop.space.pk).intro


def document(shop):
    """The second version of the rules: hidden, the first is in force again."""
    for words in ("四十八小时内回复提问", "加我领课件"):
        made = actions.publish_document(space=shop.space, kind="rules", title="", source=words, by=shop.host, at=make.AT)

    def facts_now():
        space = Space.objects.get(pk=shop.space.pk)
        return space.rules, [one.version for one in queries.documents_of(space)]

    return "space_document", made.pk, facts_now


def contact(shop):
    made = actions.name_contact(space=shop.space, role="expert", name="周怀远", unit="", words="加我领课件", by=shop.host, at=make.AT)
    return "space_contact", made.pk, lambda: [one.words for one in queries.contacts_of(shop.space)]


THINGS = [resource, introduction, contribution, intro, document, contact]


def reader(shop):
    """Somebody who may read the thing: a colleague of the school, taking the same course."""
    found = Enrolment.objects.filter(person__name="韩梅梅").first()
    return programmes.learner(found.person) if found else make.member(shop.space, shop.school, name="韩梅梅")


def case_of(shop, thing):
    object_type, object_id, facts = thing(shop)
    kind = reported.kind_of(object_type)
    made = integrity.report(
        thing=kind.find(reader(shop), object_id), reason=ReportReason.ADVERT, is_above=kind.is_above, by=reader(shop), at=make.AT
    )
    return ReportCase.objects.get(pk=made.case_id), facts


def hide(case, by, kind=MeasureKind.HIDE):
    return actions.act_on_case(case=case, kind=kind, rule=ReportReason.ADVERT, reason="推销课件", by=by, at=make.days(1))


def tallies():
    return sorted(Tally.objects.exclude(count=0).values_list("metric", "person_id", "slice", "count"), key=str)


@pytest.mark.parametrize("thing", THINGS)
def test_hidden_it_counts_no_more_and_undone_all_is_as_it_was(shop, thing):
    case, facts = case_of(shop, thing)
    before, counted = facts(), tallies()

    measure = hide(case, shop.office)
    assert facts() != before
    assert (ReportCase.objects.get(pk=case.pk).state, measure.person_id) == (CaseState.UPHELD, case.person_id)
    assert measure.place == (shop.space.title if case.space_id else shop.county.name)
    assert differences() == []

    actions.undo_measure(measure=measure, reason="看错了", by=programmes.holder("county_admin", shop.county), at=make.days(2))
    assert (facts(), tallies()) == (before, counted)
    assert differences() == []


@pytest.mark.parametrize("thing", THINGS)
def test_the_maker_appeals_and_the_next_office_lifts_it(shop, thing):
    case, facts = case_of(shop, thing)
    before, maker = facts(), programmes.learner(Person.objects.get(pk=case.person_id))
    measure = hide(case, shop.office)

    appeal = actions.appeal_measure(measure=measure, reason="这是约好的交换", by=maker, at=make.days(2))
    above = programmes.holder("province_admin", shop.county.parent)
    actions.rule_on_appeal(appeal=appeal, ruling=Ruling.LIFTED, opinion="没有推销", by=above, at=make.days(3))

    assert facts() == before
    assert Record.objects.filter(object_type="measure", verb="undid").count() == 1


@pytest.mark.parametrize("thing", THINGS)
def test_who_may_settle_it(shop, thing):
    case, facts = case_of(shop, thing)
    before = facts()
    strangers = [
        shop.member,
        programmes.holder("county_admin", shop.other_county),
        programmes.learner(Person.objects.get(pk=case.person_id)),
    ]
    for actor in [*strangers, *([shop.host] if case.space_id else [])]:
        with pytest.raises((NotFound, NotPermitted)):
            hide(case, actor)
    with pytest.raises(Conflict):
        hide(case, shop.office, MeasureKind.RETURN)
    assert (facts(), Measure.objects.count()) == (before, 0)
    assert permissions.visible_cases(shop.office).filter(pk=case.pk).exists()
    hide(case, shop.office, MeasureKind.WARN)
    assert facts() == before


def test_what_may_not_be_seen_may_not_be_reported(shop):
    object_type, object_id, _facts = resource(shop)
    stranger = make.member(make.space(shop.other_county), programmes.org(parent=shop.other_county))
    with pytest.raises(NotFound):
        reported.kind_of(object_type).find(stranger, object_id)


def test_one_reports_from_the_page_and_the_office_hides_it_in_the_queue(cast):
    page = people.personal_page(cast.person("李雷"), words="教物理，加我领课件")
    colleague, office, own = (cast.client_of(name) for name in ("韩梅梅", "省办", "李雷"))
    url = reverse("integrity:report", args=["introduction", page.person_id])

    assert url in colleague.get(reverse("portal:space_of", args=[page.person_id])).content.decode()
    assert "加我领课件" in colleague.get(url).content.decode()
    assert colleague.post(url, {"reason": "other", "words": ""}).status_code == 422
    assert colleague.post(url, {"reason": "advert", "words": ""}).status_code == 302
    assert Report.objects.count() == 1
    assert colleague.get(reverse("integrity:report", args=["thing", page.person_id])).status_code == 404

    shown = office.get(reverse("workshops:office_order"), {"show": "reports"}).content.decode()
    assert "加我领课件" in shown
    assert reverse("portal:space_of", args=[page.person_id]) in shown
    sent = {"show": "reports", "chosen": ReportCase.objects.get().pk, "do": "hide", "rule": "advert", "reason": "推销课件"}
    assert office.post(reverse("workshops:act_office_order"), sent).status_code == 302
    assert PersonalPage.objects.get().words == ""
    measure = reverse("workshops:measure", args=[Measure.objects.get().pk])
    assert "推销课件" in own.get(measure).content.decode()
    assert office.get(measure).status_code == 200


def test_a_hidden_version_is_read_by_who_keeps_order_alone_and_asks_nobody(shop):
    object_type, object_id, facts = document(shop)
    SpaceDocument.objects.update(asks=True)
    member, host = climbing.browser(shop.member), climbing.browser(shop.host)
    page, home = reverse("workshops:document", args=[object_id]), reverse("workshops:space_page", args=[shop.space.pk])
    named = actions.name_contact(space=shop.space, role="expert", name="周怀远", unit="", words="", by=shop.host, at=make.AT)

    assert reverse("integrity:report", args=[object_type, object_id]) in member.get(page).content.decode()
    assert "integrity" not in host.get(page).content.decode().partition("<main")[2]
    assert reverse("integrity:report", args=["space_contact", named.pk]) in member.get(home).content.decode()
    sent = {"reason": "advert", "words": ""}
    assert member.post(reverse("integrity:report", args=["space_contact", named.pk]), sent).headers["location"] == home
    reported.kind_of(object_type).hide(object_id=object_id, reason="推销课件", by=shop.office, at=make.AT)

    assert facts() == ("四十八小时内回复提问", [1])
    assert member.get(page).status_code == 404
    assert "已隐藏" in host.get(page).content.decode()
    assert permissions.visible_documents(shop.host).filter(pk=object_id).exists()
    with pytest.raises(NotFound):
        actions.confirm_document(document=SpaceDocument.objects.get(pk=object_id), by=shop.member, at=make.AT)
    first = SpaceDocument.objects.get(version=1)
    assert actions.confirm_document(document=first, by=shop.member, at=make.AT).document == first
    assert queries.around(shop.space, person_id=shop.member.person_id).to_confirm == 0
