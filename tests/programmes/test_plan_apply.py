"""`yanxiu plan apply`: works / refuses with file and line / second version."""

import re
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from tests.programmes import factories as make
from yanxiu.programmes.models import PlanVersion, Programme


def apply(file, *options, owner):
    out = StringIO()
    call_command("plan", "apply", str(file), "--owner", owner.code, *options, stdout=out)
    return out.getvalue()


def test_the_school_plan_is_published_with_its_dates(region):
    said = apply(make.PLANS / "000b.yaml", "--params", "Y=2026,M0=9,ME=1", owner=region.county)

    assert "sd-inet-plus-school-2026 第 1 版已发布" in said
    assert re.search(r"教师选课程：(2026 年 )?10 月 3 日 00:00 — (2026 年 )?10 月 25 日 24:00", said)
    assert Programme.objects.get(code="sd-inet-plus-school-2026").current.parameters == {"Y": 2026, "M0": 9, "ME": 1}


@pytest.mark.parametrize(
    ("name", "parameters"), [("000a", "Y=2026,m=7"), ("000b", "Y=2026,M0=9,ME=1"), ("001", ""), ("003", ""), ("004", "Y=2026")]
)
def test_every_shipped_programme_can_run(region, name, parameters):
    said = apply(make.PLANS / f"{name}.yaml", "--params", parameters, "--code", f"try-{name}", owner=region.county)

    assert "第 1 版已发布" in said


def test_a_second_version_needs_its_reason_and_gets_its_number(region, tmp_path):
    file = tmp_path / "plan.yaml"
    file.write_text(make.SMALL_PLAN, encoding="utf-8")
    apply(file, owner=region.county)
    file.write_text(make.SMALL_PLAN.replace("12-31", "12-30"), encoding="utf-8")

    with pytest.raises(CommandError, match="写明为什么改"):
        apply(file, owner=region.county)
    assert "small-2026 第 2 版" in apply(file, "--reason", "改一天", owner=region.county)


def test_missing_parameters_are_named_and_nothing_is_left(region):
    with pytest.raises(CommandError, match="没有填参数 M0"):
        apply(make.PLANS / "000b.yaml", "--params", "Y=2026", owner=region.county)
    assert not Programme.objects.exists()


def test_a_wrong_file_is_said_with_file_and_line(region, tmp_path):
    file = tmp_path / "plan.yaml"
    file.write_text(make.SMALL_PLAN.replace("kind: elective", "kind: electiv"), encoding="utf-8")

    with pytest.raises(CommandError, match=r"plan\.yaml:8: "):
        apply(file, owner=region.county)


@pytest.mark.parametrize(
    "options", [("--params", "Y"), ("--params", "Y=二零"), ("--dates", "study"), ("--dates", "study=1..2"), ("--owner", "999999")]
)
def test_odd_options_are_said(region, tmp_path, options):
    file = tmp_path / "plan.yaml"
    file.write_text(make.SMALL_PLAN, encoding="utf-8")

    with pytest.raises(CommandError):
        apply(file, *options, owner=region.county)
    assert not PlanVersion.objects.exists()


def test_days_for_a_window_without_them(region, tmp_path):
    file = tmp_path / "plan.yaml"
    file.write_text(make.SMALL_PLAN.replace("from: 2026-11-06, to: 2026-12-31, do: [learn]", "do: [learn]"), encoding="utf-8")

    assert "2026-12" not in apply(file, "--dates", "study=2026-11-10..2026-12-10", owner=region.county)
    assert PlanVersion.objects.get().launch_dates == {"study": ["2026-11-10", "2026-12-10"]}
