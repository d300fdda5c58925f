"""The workbook: names and figures, nothing that identifies, on record."""

import io

from openpyxl import load_workbook

from tests.portal.conftest import browser_of
from tests.portal.test_standing import finished
from yanxiu.people.models import Person
from yanxiu.records.models import Record


def _export(browser):
    answer = browser.get("/insight/laggards/export/", {"rule": "all"})
    content = b"".join(answer.streaming_content)
    return load_workbook(io.BytesIO(content)).active


def test_lists_everybody_with_figures(county, november):
    finished(county.study)

    sheet = _export(county.browser)

    rows = {row[1]: row for row in sheet.iter_rows(values_only=True)}
    assert set(rows) == {"姓名", "周淑芬", "赵一", "钱二"}
    assert rows["姓名"][6] == "必修（学时）"
    assert rows["周淑芬"][6] == 2
    assert rows["周淑芬"][-1] == "未达标"


def test_is_on_record(county, november):
    _export(county.browser)

    row = Record.objects.get(verb="exported")
    assert row.actor_id == county.office.pk
    assert row.unit_path == county.study.county.path


def test_holds_no_identity_numbers_and_text_stays_text(county, november):
    Person.objects.filter(name="赵一").update(name="=1+1", identity_hint="370***********1234")

    sheet = _export(county.browser)

    cells = [cell for row in sheet.iter_rows() for cell in row]
    assert not any("****" in str(cell.value) for cell in cells)
    assert next(cell for cell in cells if cell.value == "=1+1").data_type == "s"


def test_a_school_takes_no_list_out(county, november):
    assert county.school.get("/insight/laggards/export/").status_code == 403
    assert browser_of(county.study.person).get("/insight/laggards/export/").status_code == 403
