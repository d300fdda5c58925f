"""Certificates: who gets one, what it says, that a change shows, and what the public page tells."""

import re
from io import BytesIO

import pytest
from django.test import Client

from tests.credits import factories
from tests.programmes import factories as programmes
from yanxiu.credits import actions, certificate_pdf, certificates
from yanxiu.credits.models import Certificate, Entry, Settlement
from yanxiu.kit.actor import SYSTEM, Actor
from yanxiu.kit.errors import Conflict, Invalid, NotPermitted
from yanxiu.people.models import Person
from yanxiu.programmes import actions as programme_actions

pytestmark = [pytest.mark.django_db, pytest.mark.slow]  # each settles a whole programme
AT = factories.SETTLED


@pytest.fixture
def qualified(programme, school):
    person = factories.learner(programme, school, "王小林")
    factories.study(programme, person)
    actions.settle(programme=programme, by=SYSTEM, at=AT)
    return person


def issue(person, programme) -> Certificate:
    return actions.issue(person=person, programme=programme, by=SYSTEM, at=AT)


def test_a_qualified_teacher_gets_one_that_says_what_the_ledger_says(programme, qualified):
    one = issue(qualified, programme)

    assert (one.facts["amount"], one.facts["unit_word"], one.facts["years"]) == ("36", "学分", "2026")
    assert {block["label"]: block["amount"] for block in one.facts["blocks"]}["选修课"] == "14"
    assert certificates.is_genuine(one)
    with pytest.raises(Conflict, match="不重复发"):
        issue(qualified, programme)


def test_without_the_result_there_is_none_and_the_reason_is_named(programme, school):
    person = factories.learner(programme, school, "李雷")
    factories.study(programme, person, factories.FULL[:-1])
    actions.settle(programme=programme, by=SYSTEM, at=AT)

    with pytest.raises(Conflict, match="选修课没有达到"):
        issue(person, programme)

    assert not Certificate.objects.exists()


def test_after_a_reversal_of_everything_there_is_none(programme, qualified):
    for entry in Entry.objects.filter(person_id=qualified.pk, account="registered"):
        actions.reverse(entry=entry, reason="查实代学", by=SYSTEM, at=AT)

    with pytest.raises(Conflict, match="还没有登记的学时"):
        issue(qualified, programme)


def test_not_while_a_settlement_runs(programme, qualified):
    Settlement.objects.create(programme=programme, started_at=AT, as_of=AT)

    with pytest.raises(Conflict, match="正在结算"):
        issue(qualified, programme)


def test_only_the_owner_issues(programme, qualified):
    with pytest.raises(NotPermitted):
        actions.issue(person=qualified, programme=programme, by=Actor(person_id=qualified.pk, label="本人"), at=AT)


def test_a_name_that_the_font_cannot_print_blocks_the_issue(programme, qualified):
    Person.objects.filter(pk=qualified.pk).update(name="王𠮷林")
    qualified.refresh_from_db()

    with pytest.raises(Invalid, match="𠮷"):
        issue(qualified, programme)


@pytest.mark.parametrize("name", ["阿依古丽·买买提", "张䶮", "欧阳堃", "<b>王</b>", '王"#eval(1)"', "王\\n#image"])
def test_any_name_is_printed_as_text(programme, qualified, name):
    Person.objects.filter(pk=qualified.pk).update(name=name)
    qualified.refresh_from_db()
    one = issue(qualified, programme)

    pdf = certificate_pdf.render({**one.facts, "verify_url": "x"}, url=certificates.verify_url(one.code))

    assert pdf.startswith(b"%PDF")
    assert 15_000 < len(pdf) < 60_000


def test_the_signed_pdf_shows_every_change(programme, qualified):
    one = issue(qualified, programme)
    pdf = certificate_pdf.sign(certificate_pdf.render({**one.facts, "verify_url": "x"}, url=certificates.verify_url(one.code)))

    assert certificate_pdf.is_intact(pdf)
    middle = len(pdf) // 3
    assert not certificate_pdf.is_intact(pdf[:middle] + bytes([pdf[middle] ^ 1]) + pdf[middle + 1 :])
    assert not certificate_pdf.is_intact(b"%PDF-1.7 not one of ours")


def test_changed_facts_no_longer_match_their_signature(programme, qualified):
    one = issue(qualified, programme)
    one.facts["amount"] = "360"
    one.save(update_fields=["facts"])

    page = Client().get(f"/verify/{one.code}/")

    assert "内容与签发时不符" in page.content.decode()


def test_codes_are_long_random_and_forgiving_to_type():
    codes = {certificates.new_code() for _ in range(1000)}
    one = codes.pop()

    assert len(codes) == 999
    assert len(certificates._ALPHABET) ** certificates._LENGTH > 2**96
    number = certificates.number_of(one, 2026)
    for typed in (number, number.lower(), number.replace("-", " "), one, f"http://x/verify/{one}/"):
        assert certificates.code_in(typed) == one
    assert certificates.code_in("2026-K7M2") == ""


def test_the_public_page_confirms_without_a_sign_in_and_without_the_whole_name(programme, qualified):
    one = issue(qualified, programme)

    page = Client().get(f"/verify/{one.code}/").content.decode()

    assert "这份证书有效" in page
    assert "王*林" in page
    assert "王小林" not in page
    assert not re.search(r"\d{17}[\dX]", page)


def test_an_unknown_code_and_a_short_number_are_told_apart_from_valid_ones():
    unknown = Client().get("/verify/22222222222222222222/")
    short = Client().get("/verify/", {"number": "2026-ABC"})

    assert (unknown.status_code, "没有这个编号的证书" in unknown.content.decode()) == (404, True)
    assert (short.status_code, "编号不完整" in short.content.decode()) == (422, True)


def test_a_scraper_is_slowed_down():
    client = Client(headers={"accept": "application/json"})
    answers = [client.get(f"/verify/{certificates.new_code()}/").status_code for _ in range(61)]

    assert set(answers[:60]) == {404}
    assert answers[60] == 429


def test_a_revoked_one_says_so_at_once_and_may_be_issued_anew(programme, qualified):
    one = issue(qualified, programme)
    with pytest.raises(Invalid):
        actions.revoke(certificate=one, reason="", by=SYSTEM, at=AT)

    actions.revoke(certificate=one, reason="姓名更正", by=SYSTEM, at=AT)

    assert "已经撤销" in Client().get(f"/verify/{one.code}/").content.decode()
    with pytest.raises(Conflict):
        actions.revoke(certificate=one, reason="再撤一次", by=SYSTEM, at=AT)
    assert issue(qualified, programme).code != one.code


def test_issuing_to_all_passes_over_those_who_hold_one(programme, school, qualified):
    short = factories.learner(programme, school, "李雷")

    first = actions.issue_all(programme=programme, people=[qualified, short], by=SYSTEM, at=AT)
    again = actions.issue_all(programme=programme, people=[qualified], by=SYSTEM, at=AT)

    assert (first.issued, [person.name for person, _ in first.refused], again.issued) == (1, ["李雷"], 0)


def test_the_holder_gets_the_pdf_and_a_stranger_does_not(cast):
    programme, person = factories.running_programme(cast.county), cast.person("李雷")
    programmes.Teaching.objects.filter(person=person).update(stage="高中", subject="物理")
    programme_actions.enrol_units(programme=programme, units=[cast.school], by=SYSTEM, at=programmes.AT)
    factories.study(programme, person)
    actions.settle(programme=programme, by=SYSTEM, at=AT)
    one = issue(person, programme)

    mine = cast.client_of("李雷").get(f"/certificates/{one.pk}/")
    assert mine["Content-Type"] == "application/pdf"
    assert certificate_pdf.is_intact(BytesIO(b"".join(mine.streaming_content)).read())
    assert cast.client_of("外人").get(f"/certificates/{one.pk}/").status_code == 404
    assert Client().get(f"/certificates/{one.pk}/").status_code == 302
