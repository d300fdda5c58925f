"""The chain of guidance (F-37, W-61): questions climb, answers and guidance descend, everything counted by level."""

from dataclasses import dataclass
from datetime import date, timedelta

import pytest
from django.test import Client
from django.urls import reverse

from tests.learning.factories import account
from tests.programmes import factories as programmes
from tests.workshops import factories as make
from yanxiu.access.models import Appointment
from yanxiu.access.queries import bearer
from yanxiu.kit import clock
from yanxiu.kit.actor import Actor
from yanxiu.kit.errors import Conflict, Invalid, NotFound, NotPermitted
from yanxiu.orgs.models import Kind, Org
from yanxiu.people import sessions
from yanxiu.people.models import Person
from yanxiu.programmes.models import Enrolment, Programme
from yanxiu.programmes.queries.plans import plan_of
from yanxiu.records.models import Record, Tally
from yanxiu.workshops import permissions
from yanxiu.workshops.actions import guiding
from yanxiu.workshops.models import GuidanceNote, GuidanceQuestion, GuidanceReceipt, GuidanceState
from yanxiu.workshops.queries import guidance as queries

pytestmark = pytest.mark.django_db
AT = make.AT
PLAN = make.PLAN.replace(
    "spaces:\n",
    "  - {id: casework, label: 学科课例点评, kind: compulsory, window: p1, hours: 12}\n"
    "guide:\n"
    "  - {blocks: [casework], channel: chain, chain: [省专家团队, 市专家团队, 指导教师, 研修组长]}\n"
    "  - {blocks: [electives], channel: workshop}\n"
    "spaces:\n",
)


@dataclass
class Chain:
    programme: Programme
    province: Org
    school: Org
    enrolment: Enrolment
    guides: dict[str, Person]

    @property
    def asker(self) -> Actor:
        return programmes.learner(self.enrolment.person)

    def guide(self, role: str) -> Actor:
        place = {"group_leader": self.school, "tutor": self.school.parent, "city": self.school.parent.parent, "province": self.province}[
            role
        ]
        return programmes.holder("expert" if role in ("city", "province") else role, place, person=self.guides[role])

    def ask(self, title: str = "观课记录怎么写", *, at=AT) -> GuidanceQuestion:
        return guiding.ask_guidance(enrolment=self.enrolment, block="casework", title=title, source="只记得住大概", by=self.asker, at=at)


def appoint(role: str, org: Org, *, name: str) -> Person:
    person = programmes.teacher(org, name=name)
    Appointment.objects.create(person=person, role=role, org=org, from_on=date(2020, 1, 1), granted_at=AT)
    return person


@pytest.fixture
def chain(db) -> Chain:
    nation = programmes.org(name="中国")
    province = programmes.org(parent=nation, kind=Kind.PROVINCE, name="山东省")
    city = programmes.org(parent=province, kind=Kind.CITY, name="青河市")
    county = programmes.org(parent=city, kind=Kind.COUNTY, name="青河县")
    school = programmes.org(parent=county, name="青河一中")
    running = make.programme(county, source=PLAN)
    enrolment = make.participant(running, school, name="李雷")
    guides = {
        "group_leader": appoint("group_leader", school, name="组长"),
        "tutor": appoint("tutor", county, name="导师"),
        "city": appoint("expert", city, name="市专家"),
        "province": appoint("expert", province, name="省专家"),
    }
    return Chain(programme=running, province=province, school=school, enrolment=enrolment, guides=guides)


def counted(metric: str) -> dict[str, int]:
    found: dict[str, int] = {}
    for tally in Tally.objects.filter(metric=metric):
        found[tally.kind] = found.get(tally.kind, 0) + tally.count
    return {kind: count for kind, count in found.items() if count}


# Asking -----------------------------------------------------------------------------------------------------------------------


def test_each_learner_has_one_chain_of_four(chain):
    found = queries.chain_of(chain.enrolment, queries.rungs(plan_of(chain.enrolment.version_id), "casework"), on=AT.date())

    assert [(one.rung.level, [held.person.name for held in one.people]) for one in found] == [
        ("研修组长", ["组长"]), ("指导教师", ["导师"]), ("市专家团队", ["市专家"]), ("省专家团队", ["省专家"]),
    ]  # fmt: skip


def test_a_question_lands_at_the_nearest_level_and_is_counted(chain):
    question = chain.ask()

    assert (question.level, question.rung, question.role) == ("研修组长", 0, "group_leader")
    assert counted("guidance.asked") == {"研修组长": 1}


def test_a_level_where_nobody_stands_is_left_out(chain):
    Appointment.objects.filter(role="group_leader").update(revoked_at=AT)

    assert chain.ask().level == "指导教师"


def test_sent_twice_it_is_one(chain):
    assert chain.ask().pk == chain.ask().pk
    assert GuidanceQuestion.objects.count() == 1


def test_what_is_guided_in_workshops_is_sent_there(chain):
    with pytest.raises(Invalid, match="专题工作坊"):
        guiding.ask_guidance(enrolment=chain.enrolment, block="electives", title="选哪门", source="选哪门好", by=chain.asker, at=AT)
    with pytest.raises(Invalid) as caught:
        guiding.ask_guidance(enrolment=chain.enrolment, block="nothing", title="选哪门", source="选哪门好", by=chain.asker, at=AT)
    assert caught.value.field == "block"
    assert not GuidanceQuestion.objects.exists()


def test_only_the_participant_asks(chain):
    with pytest.raises(NotPermitted):
        guiding.ask_guidance(enrolment=chain.enrolment, block="casework", title="观课", source="怎么观课", by=chain.guide("tutor"), at=AT)
    programmes.left(chain.enrolment)
    with pytest.raises(Conflict):
        chain.ask()


# Climbing ---------------------------------------------------------------------------------------------------------------------


def test_a_question_climbs_level_by_level_to_the_top(chain):
    question = chain.ask()
    for number, role in enumerate(("group_leader", "tutor", "city")):
        question = guiding.pass_up(question=question, remark="请上面看", by=chain.guide(role), at=AT + timedelta(hours=number + 1))

    assert (question.level, question.waiting_since) == ("省专家团队", AT + timedelta(hours=3))
    assert counted("guidance.passed_up") == {"研修组长": 1, "指导教师": 1, "市专家团队": 1}
    with pytest.raises(Conflict, match="上面没有"):
        guiding.pass_up(question=question, remark="", by=chain.guide("province"), at=AT)


def test_only_the_level_where_it_waits_passes_it_up(chain):
    question = chain.ask()

    with pytest.raises(Conflict, match="研修组长"):
        guiding.pass_up(question=question, remark="", by=chain.guide("tutor"), at=AT)
    with pytest.raises(NotPermitted):
        guiding.pass_up(question=question, remark="", by=chain.asker, at=AT)
    guiding.answer_guidance(question=question, source="先记事实", by=chain.guide("group_leader"), at=AT)
    with pytest.raises(Conflict, match="已经有了答复"):
        guiding.pass_up(question=question, remark="", by=chain.guide("group_leader"), at=AT)


def test_city_and_province_experts_are_told_apart_by_their_unit(chain):
    question = chain.ask()
    for role in ("group_leader", "tutor"):
        guiding.pass_up(question=question, remark="", by=chain.guide(role), at=AT)

    waiting = {role: GuidanceQuestion.objects.filter(queries.turns(chain.guide(role))).count() for role in chain.guides}
    assert waiting == {"group_leader": 0, "tutor": 0, "city": 1, "province": 0}


# Answering --------------------------------------------------------------------------------------------------------------------


def test_an_answer_counts_once_a_person_and_level(chain):
    question = chain.ask()
    tutor = chain.guide("group_leader")

    guiding.answer_guidance(question=question, source="先记事实", by=tutor, at=AT)
    guiding.answer_guidance(question=question, source="先记事实", by=tutor, at=AT)
    guiding.answer_guidance(question=question, source="再写想法", by=tutor, at=AT + timedelta(hours=1))

    question.refresh_from_db()
    assert question.state == GuidanceState.ANSWERED
    assert counted("guidance.answered") == {"研修组长": 1}
    assert Record.objects.filter(verb="added", object_type="guidance_answer").count() == 1


def test_guides_of_other_places_find_nothing(chain):
    question = chain.ask()
    stranger = programmes.holder("tutor", programmes.org(parent=chain.province, kind=Kind.CITY))

    with pytest.raises(NotFound):
        guiding.answer_guidance(question=question, source="答", by=stranger, at=AT)
    with pytest.raises(NotPermitted):
        guiding.answer_guidance(question=question, source="答", by=chain.asker, at=AT)
    with pytest.raises(Invalid) as caught:
        guiding.answer_guidance(question=question, source=" ", by=chain.guide("tutor"), at=AT)
    assert caught.value.field == "source"


@pytest.mark.parametrize("role", ["group_leader", "tutor", "city", "province"])
def test_what_is_seen_is_the_same_by_set_and_by_check(chain, role):
    question = chain.ask()

    assert permissions.visible_guidance(chain.guide(role)).filter(pk=question.pk).exists()
    permissions.check_can_see_guidance(chain.guide(role), question)


def test_who_asked_accepts_one_answer(chain):
    question = chain.ask()
    first = guiding.answer_guidance(question=question, source="先记事实", by=chain.guide("group_leader"), at=AT)
    second = guiding.answer_guidance(question=question, source="看学生做了什么", by=chain.guide("tutor"), at=AT)

    with pytest.raises(NotPermitted):
        guiding.accept_guidance(answer=first, by=chain.guide("tutor"), at=AT)
    guiding.accept_guidance(answer=first, by=chain.asker, at=AT)
    guiding.accept_guidance(answer=second, by=chain.asker, at=AT)
    guiding.accept_guidance(answer=second, by=chain.asker, at=AT)

    first.refresh_from_db()
    assert first.accepted_at is None
    assert Record.objects.filter(verb="accepted", object_type="guidance_answer").count() == 2


# Descending -------------------------------------------------------------------------------------------------------------------


def test_guidance_descends_to_all_below_and_to_nobody_else(chain):
    tutor = chain.guide("tutor")
    path = chain.school.parent.path
    other = make.participant(chain.programme, programmes.org(parent=chain.province, kind=Kind.CITY))

    note = guiding.hand_down(programme=chain.programme, path=path, title="观课三问", source="三问", by=tutor, at=AT)
    assert guiding.hand_down(programme=chain.programme, path=path, title="观课三问", source="三问", by=tutor, at=AT).pk == note.pk
    assert list(queries.notes_for([chain.enrolment], person_id=chain.enrolment.person_id)) == [note]
    assert not queries.notes_for([other], person_id=other.person_id)
    assert counted("guidance.notes") == {"指导教师": 1}
    with pytest.raises(NotPermitted):
        guiding.hand_down(programme=chain.programme, path=chain.province.path, title="观课三问", source="越级", by=tutor, at=AT)


def test_reading_is_noted_once(chain):
    note = make.guidance_note(chain.programme, chain.guides["tutor"], scope_path=chain.school.parent.path)

    assert guiding.mark_note_read(note=note, enrolment=chain.enrolment, by=chain.asker, at=AT)
    assert not guiding.mark_note_read(note=note, enrolment=chain.enrolment, by=chain.asker, at=AT)
    assert GuidanceReceipt.objects.count() == 1


def test_counts_by_level_put_the_longest_wait_first(chain):
    chain.ask()
    second = chain.ask("第二问", at=AT - timedelta(days=3))
    guiding.pass_up(question=second, remark="", by=chain.guide("group_leader"), at=AT + timedelta(hours=1))

    rows = queries.level_counts(["/"])
    assert [(one.level, one.waiting, one.passed_up) for one in rows] == [("研修组长", 1, 1), ("指导教师", 1, 0)]


# Pages ------------------------------------------------------------------------------------------------------------------------


def browser(person: Person, *, hat: bool = False) -> Client:
    client = Client()
    one = account(person)
    session = client.session
    sessions.begin(session, account_id=one.pk, stamp=one.security_stamp, at=clock.now())
    session[sessions.HAT] = str(bearer(one.pk, on=clock.day(clock.now())).held[0].id) if hat else "learner"
    session.save()
    client.cookies["session"] = session.session_key
    return client


def test_from_asking_to_accepting_on_pages(chain):
    teacher, leader = browser(chain.enrolment.person), browser(chain.guides["group_leader"], hat=True)
    where = reverse("workshops:my_guidance")
    assert "谁来指导" in teacher.get(where).content.decode()
    given = {"block": f"{chain.enrolment.pk}:casework", "title": "观课记录怎么写", "source": "只记得住大概"}

    assert teacher.post(where, given | {"title": ""}).status_code == 422
    teacher.post(where, given)
    question = GuidanceQuestion.objects.get()
    assert "观课记录怎么写" in leader.get(reverse("workshops:guidance_desk")).content.decode()
    leader.post(reverse("workshops:pass_up", args=[question.pk]), {"remark": "请导师看"})
    tutor = browser(chain.guides["tutor"], hat=True)
    assert tutor.post(reverse("workshops:answer_guidance", args=[question.pk]), {"source": ""}).status_code == 422
    tutor.post(reverse("workshops:answer_guidance", args=[question.pk]), {"source": "先记**事实**"})
    page = teacher.get(reverse("workshops:guidance_question", args=[question.pk])).content.decode()
    assert "<strong>事实</strong>" in page
    assert "请导师看" in page
    assert "观课记录怎么写" in teacher.get(where, {"q": "事实"}).content.decode()


def test_notes_on_pages_with_receipt(chain):
    tutor, teacher = browser(chain.guides["tutor"], hat=True), browser(chain.enrolment.person)
    given = {"programme": chain.programme.pk, "title": "观课三问", "source": "看学生"}
    assert tutor.post(reverse("workshops:hand_down"), given | {"title": ""}).status_code == 422
    tutor.post(reverse("workshops:hand_down"), given)
    note = GuidanceNote.objects.get()

    assert "观课三问" in teacher.get(reverse("workshops:guidance_notes")).content.decode()
    teacher.post(reverse("workshops:guidance_note", args=[note.pk]))
    assert "1 人已读" in tutor.get(reverse("workshops:guidance_desk")).content.decode()


def test_others_read_an_answered_question_without_the_name(chain):
    question = chain.ask()
    colleague = browser(make.participant(chain.programme, chain.school, name="韩雪").person)
    where = reverse("workshops:guidance_question", args=[question.pk])

    assert colleague.get(where).status_code == 404
    guiding.answer_guidance(question=question, source="先记事实", by=chain.guide("tutor"), at=AT)
    page = colleague.get(where)
    assert (page.status_code, "李雷" in page.content.decode()) == (200, False)


@pytest.mark.slow  # pages at one and at many rows
@pytest.mark.parametrize("name", ["my_guidance", "guidance_desk", "guidance_counts", "guidance_notes"])
def test_pages_cost_the_same_for_many(chain, assert_same_queries, name):
    chain.ask()
    if name == "guidance_counts":
        client = browser(appoint("county_admin", chain.school.parent, name="教务"), hat=True)
    else:
        client = browser(chain.guides["group_leader"] if name == "guidance_desk" else chain.enrolment.person, hat=name == "guidance_desk")

    def more():
        for number in range(8):
            one = make.participant(chain.programme, chain.school)
            make.guidance_question(one)
            make.guidance_question(chain.enrolment, state="answered", answered_at=AT)
            make.guidance_note(chain.programme, chain.guides["tutor"], scope_path=chain.school.path, title=f"指导 {number}")

    assert_same_queries(lambda: client.get(reverse(f"workshops:{name}")), more)
