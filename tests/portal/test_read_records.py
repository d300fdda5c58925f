"""审计: records narrowed by days, kind and name; a workbook that is itself on record; the ledger proved on a page."""

import io
from datetime import timedelta

import openpyxl
import pytest

from tests.credits import factories as ledgers
from yanxiu.access.events import AccessEvent
from yanxiu.kit import clock
from yanxiu.kit.actor import Actor
from yanxiu.people.events import AccountEvent
from yanxiu.records.actions import record
from yanxiu.records.models import Record


@pytest.fixture
def happened(cast):
    """Three things: one of accounts today, one of an office today, one of accounts a hundred days ago."""
    at = clock.now()
    by = Actor(person_id=cast.person("李雷").pk, label="李雷")
    record(AccountEvent.PREFERRED, object_id="1", object_label="大字", by=by, at=at)
    record(AccessEvent.APPOINTED, object_id="2", object_label="一次任命", by=Actor(person_id=None, label="赵主任"), at=at)
    record(AccountEvent.PREFERRED, object_id="3", object_label="很久以前", by=by, at=at - timedelta(days=100))


def page_of(cast, **asked) -> str:
    return cast.client_of("审计").get("/", asked).content.decode()


def test_the_list_narrows_by_days_kind_and_name(cast, happened):
    assert "一次任命" in page_of(cast)
    assert "很久以前" not in page_of(cast)
    assert "很久以前" in page_of(cast, days="366", q="李雷")
    assert "一次任命" not in page_of(cast, q="李雷")
    assert "一次任命" not in page_of(cast, kind="credits")
    assert "没有符合条件的记录" in page_of(cast, q="没有这个人")
    assert "一次任命" in page_of(cast, days="x", kind="x", before="9-x")


def test_the_next_page_goes_on_where_the_last_ended(cast):
    at = clock.now() - timedelta(hours=1)
    for number in range(60):
        record(
            AccountEvent.PREFERRED, object_id=str(number), object_label=f"第{number:02}件", by=Actor(person_id=None, label="翻页人"), at=at
        )

    first = page_of(cast, q="翻页人")
    more = first.partition("before=")[2].partition('"')[0].partition("&")[0]
    second = page_of(cast, q="翻页人", before=more)

    assert "第59件" in first
    assert "第10件" in first
    assert "第09件" not in first
    assert "第09件" in second
    assert "第10件" not in second


def test_what_is_taken_out_is_what_is_seen_and_is_on_record(cast, happened):
    answer = cast.client_of("审计").get("/records/export/", {"q": "赵主任"})
    rows = list(openpyxl.load_workbook(io.BytesIO(b"".join(answer.streaming_content))).active.values)

    assert [row[1] for row in rows] == ["谁", "赵主任"]
    noted = Record.objects.get(verb="exported", object_type="records")
    assert noted.data == {"q": "赵主任"}
    assert noted.actor_id == cast.person("审计").pk


@pytest.mark.parametrize("name", ["李雷", "教务", "运维"])
def test_only_auditors_take_records_out(cast, name):
    assert cast.client_of(name).get("/records/export/").status_code == 403


def test_an_auditor_proves_the_ledger(cast):
    programme = ledgers.running_programme(cast.county)
    ledgers.entry(cast.person("李雷"), programme)

    page = cast.client_of("审计").get("/ledger/proof/").content.decode()

    assert "台账完好" in page
    assert cast.client_of("李雷", hat="learner").get("/ledger/proof/").status_code == 403


def test_a_long_ledger_is_left_to_the_command(cast, monkeypatch):
    programme = ledgers.running_programme(cast.county)
    ledgers.entry(cast.person("李雷"), programme)
    monkeypatch.setattr("yanxiu.credits.queries.PROVED_AT_ONCE", 0)

    assert "yanxiu ledger verify" in cast.client_of("审计").get("/ledger/proof/").content.decode()
