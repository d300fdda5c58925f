"""Registering persons, one or many: names kept exactly, one person one account, all or nothing."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.people.factories import identity_number
from yanxiu.kit.actor import SYSTEM
from yanxiu.kit.errors import Conflict, Invalid, NotPermitted
from yanxiu.kit.text import person_name
from yanxiu.people import actions, identity, queries
from yanxiu.people.actions import NewPerson
from yanxiu.people.models import Account, AccountState, Affiliation, IdentityKind, Person, Teaching
from yanxiu.records.models import Record

NUMBER = "11010519491231002X"


def register(*people, by=SYSTEM, at=None):
    from tests.people.factories import AT

    return actions.register_people(people=people, by=by, at=at or AT)


def test_a_person_comes_with_account_affiliation_and_teachings(cast, at):
    (pk,) = register(
        NewPerson(
            name="张 三", unit=cast.school, identity="110105 19491231 002x", mobile="138-1234-1234", staff_number="Ｇ００４２",
            teachings=(("高中", "物理"), ("初中", "物理")),
        )
    )  # fmt: skip

    person = Person.objects.get(pk=pk)
    assert (person.name, person.initials, person.sort_key) == ("张三", "zs", "zhang san")
    assert (person.identity_hint, person.mobile_hint, person.unit_path) == ("1101**********002X", "138****1234", cast.school.path)
    assert identity.unsealed(person.identity_cipher) == NUMBER
    account = Account.objects.get(person=person)
    assert account.state == AccountState.INVITED
    assert account.username.startswith("zhangsan")
    assert not account.has_usable_password()
    assert Affiliation.objects.get(person=person).until_on is None
    assert list(Teaching.objects.filter(person=person, is_main=True).values_list("stage", "subject")) == [("高中", "物理")]
    assert Record.objects.get(verb="registered", object_type="person", object_id=str(pk)).unit_path == cast.school.path


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("阿依古丽·买买提", "阿依古丽·买买提"),
        ("阿依古丽•买买提", "阿依古丽·买买提"),
        ("阿依古丽．买买提", "阿依古丽·买买提"),
        ("𠮷田𬎆", "𠮷田𬎆"),
        ("䶮", "䶮"),
        ("欧阳 娜娜", "欧阳娜娜"),
        ("John  Smith", "John Smith"),
        ("扎西\u200b顿珠", "扎西顿珠"),
        ("买买提" * 9, "买买提" * 9),
    ],
)
def test_names_are_kept_exactly_with_one_dot(cast, typed, kept):
    (pk,) = register(NewPerson(name=typed, unit=cast.school))

    assert Person.objects.get(pk=pk).name == kept
    assert queries.narrowed(Person.objects.all(), queries.Filters(text=typed)).filter(pk=pk).exists()


@pytest.mark.parametrize(
    "again", [NUMBER, NUMBER.lower(), "110105491231002", "１１０１０５１９４９１２３１００２Ｘ", " 110105-19491231-002X\u200b"]
)
def test_one_number_is_one_person_however_it_is_written(cast, again):
    register(NewPerson(name="王小明", unit=cast.school, identity=NUMBER))

    with pytest.raises(actions.IdentityTaken, match="已经登记过"):
        register(NewPerson(name="王晓明", unit=cast.other_school, identity=again))
    with pytest.raises(actions.IdentityTaken):
        register(
            NewPerson(name="甲", unit=cast.school, identity="E12345678", identity_kind=IdentityKind.PASSPORT),
            NewPerson(name="乙", unit=cast.school, identity="e1234 5678", identity_kind=IdentityKind.PASSPORT),
        )


def test_forty_of_one_name_are_forty_persons_with_forty_accounts(cast):
    ids = register(*(NewPerson(name="张伟", unit=cast.school, identity=identity_number()) for _ in range(40)))

    assert len(set(Account.objects.filter(person__in=ids).values_list("username", flat=True))) == 40


def test_a_given_account_name_is_taken_or_refused(cast):
    register(NewPerson(name="王小明", unit=cast.school, username="Xiaoming.Wang"))

    assert Account.objects.filter(username="xiaoming.wang").exists()
    for name, error in (("xiaoming.wang", Conflict), ("11010519491231002x", Invalid), ("ab", Invalid), ("有 空格", Invalid)):
        with pytest.raises(error):
            register(NewPerson(name="王小明", unit=cast.school, username=name))


@pytest.mark.parametrize(
    "bad",
    [
        {"name": ""}, {"name": "\u200b "}, {"name": "长" * 101}, {"identity": "110105194912310021"}, {"mobile": "12345"},
        {"teachings": (("初中", "炼金术"),)}, {"teachings": (("大学", "数学"),)}, {"teachings": (("小学", "物理"),)},
    ],
)  # fmt: skip
def test_one_bad_row_stores_nothing(cast, bad):
    before = Person.objects.count()
    facts = {"name": "李明", "unit": cast.school, **bad}

    with pytest.raises(Invalid):
        register(NewPerson(name="好人", unit=cast.school), NewPerson(**facts))

    assert Person.objects.count() == before


@pytest.mark.parametrize(
    ("name", "allowed"),
    [("韩梅梅", True), ("教务", True), ("省办", True), ("李雷", False), ("外人", False), ("方案", False), ("审计", False)],
)
def test_who_may_register(cast, name, allowed):
    newcomer = NewPerson(name="王小明", unit=cast.school)
    if allowed:
        assert register(newcomer, by=cast.actor(name))
        return
    with pytest.raises(NotPermitted):
        register(newcomer, by=cast.actor(name))


def test_nobody_registers_outside_the_scope_even_in_a_mixed_batch(cast):
    with pytest.raises(NotPermitted, match="不在您的范围"):
        register(NewPerson(name="甲", unit=cast.school), NewPerson(name="乙", unit=cast.other_school), by=cast.actor("韩梅梅"))


def test_a_closed_unit_takes_nobody(cast, at):
    cast.other_school.closed_on = at.date()

    with pytest.raises(Conflict, match="已经撤销"):
        register(NewPerson(name="甲", unit=cast.other_school))


def test_the_number_of_statements_does_not_grow_with_the_people(cast, django_assert_max_num_queries):
    rows = [NewPerson(name=f"教师{n}", unit=cast.school, identity=identity_number(), teachings=(("初中", "数学"),)) for n in range(300)]

    with django_assert_max_num_queries(20):
        register(*rows)


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(name=st.text(alphabet=st.characters(codec="utf-8", exclude_categories=("Cs", "Cc", "Cn")), min_size=1, max_size=40))
@pytest.mark.slow  # Hypothesis: 20 registrations
def test_any_text_is_stored_as_shown_or_refused_with_a_sentence(cast, name):
    try:
        (pk,) = register(NewPerson(name=name, unit=cast.school))
    except Invalid:
        assert not person_name(name)
        return
    person = Person.objects.get(pk=pk)
    assert person.name
    assert person.name == person.name.strip()
    assert Account.objects.get(person=person).username.isascii()


def test_registering_by_hand_in_the_browser(cast):
    client = cast.client_of("韩梅梅")
    facts = {
        "unit": cast.school.pk, "name": "王小明", "identity_kind": "resident", "identity": NUMBER, "staff_number": "", "main": "初中|物理",
        "second": "", "mobile": "",
    }  # fmt: skip

    wrong = client.post("/teachers/new/", {**facts, "identity": NUMBER[:-1] + "1"})
    assert wrong.status_code == 422
    assert "校验不符" in wrong.content.decode()
    done = client.post("/teachers/new/", facts)
    person = Person.objects.get(name="王小明")
    assert done.headers["Location"] == f"/teachers/{person.pk}/"
    assert client.post("/teachers/new/", {**facts, "unit": cast.other_school.pk}).status_code == 404
