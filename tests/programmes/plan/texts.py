"""Plan files for the tests: the six shipped ones, and a small sound one to spoil."""

from functools import cache
from pathlib import Path

from yanxiu.programmes.plan.reading import Reading, load, read
from yanxiu.programmes.plan.schema import Plan

FOLDER = Path(__file__).resolve().parents[3] / "plans"
NAMES = ("000a", "000b", "001", "002", "003", "004")
LAUNCH = {"000a": {"Y": 2013, "m": 6}, "000b": {"Y": 2020, "M0": 9, "ME": 1}, "004": {"Y": 2008}}

SMALL = """\
programme: {id: small, title: 小方案, level: school, owner: 学校, year: 2026}
orgs: {chain: [county, school]}
phases:
  - {id: topics, label: 学校选专题, from: 2026-09-01, to: 2026-09-10, for: [school_admin], do: [choose_topics]}
  - {id: courses, label: 教师选课程, from: 2026-09-11, to: 2026-09-20, for: [learner], do: [choose_courses]}
  - {id: study, label: 学习, from: 2026-09-21, to: 2026-11-30, do: [learn]}
choose:
  - {what: topic, by: school_admin, from: block_topics, block: electives, within: topics, lock_at: study.from}
  - {what: course, by: learner, from: chosen_topics, block: electives, within: courses, min_hours: 4, lock_at: study.from}
learn:
  - {id: cases, label: 课例, kind: compulsory, window: study, hours: 6, items: {what: lesson_cases, count: 3, hours_each: 2}}
  - {id: electives, label: 选修, kind: elective, window: study, min_hours: 4, topics: [班级管理, 家校沟通]}
totals:
  - {id: total, label: 合计, of: [cases, electives], hours: 10}
duties:
  topic_host:
    - {id: briefing, metric: briefing.issued, min: 2, per: workshop, in: study}
submit:
  - {id: summary, label: 总结, by: school, due: 2026-11-30, pieces: [{id: text, label: 文稿, min_chars: 1000}]}
assess:
  - {kind: course, id: course, needs: [steps, test]}
  - {kind: rule, id: learner, of: [learner], pass: {all: [cases, electives]}}
credit:
  unit: credit
  awards:
    - {id: courses, rule: per_course, to: [learner], all_or_nothing: course, register_only_if: learner}
fees:
  - {id: fee, who: learner, amount: 2, per: hour, year_hours: 10, year_amount: 20}
certs:
  - {id: paper, label: 证书, if: learner}
"""


@cache
def shipped(name: str) -> Plan:
    """One of the six plans."""
    return load((FOLDER / f"{name}.yaml").read_bytes())


def text_of(name: str) -> str:
    """The file of one of the six."""
    return (FOLDER / f"{name}.yaml").read_text(encoding="utf-8")


def small(*changes: tuple[str, str]) -> Reading:
    """The small plan with replacements, each of which must hit."""
    return read(spoil(SMALL, *changes).encode())


def spoil(text: str, *changes: tuple[str, str]) -> str:
    """`text` with each first place of `old` replaced by `new`."""
    for old, new in changes:
        assert old in text, old
        text = text.replace(old, new, 1)
    return text


def line_of(text: str, needle: str) -> int:
    """The line on which `needle` first stands."""
    return text[: text.index(needle)].count("\n") + 1
