"""`yanxiu plan …` on files."""

import io
import json

import pytest
from django.core.management import CommandError, call_command

from tests.programmes.plan.texts import FOLDER, NAMES, SMALL, line_of, spoil
from yanxiu.programmes.plan.json_schema import json_schema


def run(*arguments):
    out = io.StringIO()
    code = 0
    try:
        call_command("plan", *map(str, arguments), stdout=out)
    except SystemExit as leaving:
        code = leaving.code
    return code, out.getvalue()


def test_check_passes_the_six():
    code, said = run("check", *(FOLDER / f"{name}.yaml" for name in NAMES))

    assert code == 0
    for name in NAMES:
        assert f"{name}.yaml：0 处错误" in said


def test_check_names_file_line_key_and_reason(tmp_path):
    file = tmp_path / "bad.yaml"
    file.write_text(spoil(SMALL, ("in: study}", "in: studdy}")), encoding="utf-8")

    code, said = run("check", file)

    assert code == 1
    assert f"{file}:{line_of(SMALL, 'in: study}')}: [错误] duties.topic_host[briefing].in 没有「studdy」这个时间窗口；是不是 study" in said
    assert f"{file}：1 处错误，0 处提醒" in said


def test_check_tells_programs_the_same(tmp_path):
    file = tmp_path / "bad.yaml"
    file.write_bytes(SMALL.encode("gbk"))

    code, said = run("check", "--json", file, FOLDER / "001.yaml")
    bad, good = map(json.loads, said.splitlines())

    assert code == 1
    assert bad["ok"] is False
    assert bad["complaints"][0]["code"] == "encoding"
    assert good == {"file": str(FOLDER / "001.yaml"), "ok": True, "complaints": []}


def test_check_of_what_is_not_there(tmp_path):
    assert run("check", tmp_path / "none.yaml") == (
        1,
        f"{tmp_path / 'none.yaml'}: [错误] 没有这个文件；检查路径和读取权限\n{tmp_path / 'none.yaml'}：1 处错误，0 处提醒\n",
    )
    assert "这是文件夹" in run("check", tmp_path)[1]


def test_check_finds_the_followed_plan_beside_the_file(tmp_path):
    (tmp_path / "guide.yaml").write_bytes((FOLDER / "002.yaml").read_bytes())
    (tmp_path / "broken.yaml").write_text("nothing", encoding="utf-8")
    file = tmp_path / "school.yaml"
    file.write_text(spoil(SMALL, ("year: 2026}", "year: 2026, follows: [moe-net-school]}")), encoding="utf-8")

    code, said = run("check", file)

    assert code == 0
    assert "网络研修与校本研修整合培训要求" in said
    assert "0 处错误，3 处提醒" in said


def test_read_tells_the_plan_in_sentences():
    code, said = run("read", FOLDER / "000b.yaml", "--param", "Y=2020", "--param", "M0=9", "--param", "ME=1")

    assert code == 0
    assert "\n课程块\n" in said
    assert "2020-10-26 — 2021-01-25 24:00" in said


def test_read_refuses_a_plan_with_errors_and_a_wrong_parameter(tmp_path):
    file = tmp_path / "bad.yaml"
    file.write_text("programme: {}", encoding="utf-8")

    with pytest.raises(CommandError, match="方案有 4 处错误：第 1 行 programme 少了「id」"):
        run("read", file)
    with pytest.raises(CommandError, match="参数「Y:2020」写法不对"):
        run("read", FOLDER / "000b.yaml", "--param", "Y:2020")


def test_schema_is_printed_or_written(tmp_path):
    file = tmp_path / "schema.json"

    assert run("schema")[1] == json_schema()
    run("schema", "--write", file)
    assert file.read_text(encoding="utf-8") == json_schema()


def test_an_unknown_command_names_the_known_ones():
    with pytest.raises(CommandError, match=r"没有 plan chek 这个命令，可用：.*check"):
        run("chek")
