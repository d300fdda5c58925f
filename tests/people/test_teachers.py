"""The list of teachers and a person's page: scope, filters, masked numbers, equal cost."""

import io

import openpyxl
import pytest
from django.test import Client

from tests.people import factories
from yanxiu.people import identity
from yanxiu.records.models import Record


@pytest.fixture
def staff(cast):
    """Three more at the school, one elsewhere."""
    return [
        factories.person(cast.school, name="张伟", staff_number="G0042", teachings=(("初中", "物理"),)),
        factories.person(cast.school, name="张伟", staff_number="G0043", teachings=(("高中", "物理"),)),
        factories.person(cast.school, name="阿依古丽·买买提", staff_number="G0044"),
        factories.person(cast.other_school, name="张伟", staff_number="G9999"),
    ]


def page_of(cast, name="韩梅梅", **given):
    return cast.client_of(name).get("/teachers/", given).content.decode()


@pytest.mark.parametrize(
    ("given", "seen", "unseen"),
    [
        ({"q": "张伟"}, ["G0042", "G0043"], ["G9999", "G0044"]),
        ({"q": "zw"}, ["G0042", "G0043"], ["G9999", "G0044"]),
        ({"q": "G0042"}, ["G0042"], ["G0043"]),
        ({"q": "阿依古丽•买买提"}, ["G0044"], ["G0042"]),
        ({"q": "G9999"}, ["没有符合的教师"], ["邻县"]),
        ({"state": "invited"}, ["G0042", "G0044"], ["T001"]),
        ({"state": "active"}, ["T001"], ["G0042"]),
        ({"stage": "高中"}, ["G0043"], ["G0042"]),
        ({"stage": "初中", "subject": "物理"}, ["G0042"], ["G0043", "T001"]),
        ({"stage": "<script>", "state": "x", "subject": "y", "page": "-1"}, ["G0042", "T001"], ["G9999"]),
        ({"q": "' OR 1=1 --"}, ["没有符合的教师"], ["G0042"]),
        ({"q": "\x00"}, ["G0042"], ["G9999"]),
        ({"q": "100%"}, ["没有符合的教师"], ["G0042"]),
    ],
)
def test_filters_narrow_inside_the_scope(cast, staff, given, seen, unseen):
    page = page_of(cast, **given)

    for text in seen:
        assert text in page
    for text in unseen:
        assert f">{text}<" not in page


def test_no_whole_number_is_in_the_list(cast, staff):
    page = page_of(cast, "教务")

    for person in staff[:3]:
        assert person.identity_hint in page
        assert identity.unsealed(person.identity_cipher) not in page


@pytest.mark.parametrize(
    ("name", "status"),
    [
        ("韩梅梅", 200),
        ("教务", 200),
        ("省办", 200),
        ("李雷", 403),
        ("外人", 403),
        ("王老师", 403),
        ("方案", 403),
        ("运维", 403),
        ("审计", 403),
    ],
)
def test_who_sees_the_list(cast, name, status):
    assert cast.client_of(name).get("/teachers/").status_code == status


def test_the_anonymous_are_sent_to_sign_in_and_back(cast):
    response = Client().get("/teachers/?q=zw")

    assert response.headers["Location"] == "/sign-in/?next=%2Fteachers%2F%3Fq%3Dzw"


def test_a_person_outside_the_scope_is_not_there(cast, staff):
    assert cast.client_of("韩梅梅").get(f"/teachers/{staff[3].pk}/").status_code == 404
    assert cast.client_of("外人").get(f"/teachers/{staff[0].pk}/").status_code == 404
    assert cast.client_of("李雷").get(f"/teachers/{cast.person('李雷').pk}/").status_code == 200
    assert cast.client_of("韩梅梅").get("/teachers/999999999/").status_code == 404


def test_same_names_are_told_apart(cast, staff):
    page = page_of(cast, q="张伟")

    assert page.index("G0042") < page.index("G0043")
    assert "初中 物理" in page
    assert "高中 物理" in page


def test_the_list_costs_the_same_for_one_and_for_many(cast, django_assert_max_num_queries):
    client = cast.client_of("韩梅梅")
    with django_assert_max_num_queries(10) as few:
        client.get("/teachers/")
    for number in range(60):
        factories.person(cast.school, name=f"教师{number}", teachings=(("初中", "数学"),))

    with django_assert_max_num_queries(10) as many:
        page = client.get("/teachers/").content.decode()

    assert len(few) == len(many)
    assert "page=2" in page
    assert client.get("/teachers/?page=2").status_code == 200


def test_a_persons_page_costs_at_most_ten_queries(cast, staff, django_assert_max_num_queries):
    client = cast.client_of("教务")

    with django_assert_max_num_queries(10):
        assert client.get(f"/teachers/{staff[0].pk}/").status_code == 200


def test_the_list_leaves_as_it_is_narrowed_and_is_on_record(cast, staff):
    answer = cast.client_of("韩梅梅").get("/teachers/export/", {"q": "张伟"})
    rows = list(openpyxl.load_workbook(io.BytesIO(b"".join(answer.streaming_content))).active.values)

    assert [row[1] for row in rows] == ["教师编号", "G0042", "G0043"]
    assert Record.objects.get(verb="exported", object_type="people").measure == 2
    assert cast.client_of("李雷", hat="learner").get("/teachers/export/").status_code == 403


def test_the_list_leads_to_the_import_for_who_may(cast, staff):
    assert "/teachers/import/" in page_of(cast, name="教务")
