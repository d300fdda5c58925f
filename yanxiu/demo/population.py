"""The people and schools of the demo county: invented, repeatable, and as irregular as real ones.

青禾县 stands nowhere: its code 370999 is not in GB/T 2260, so no identity number made here can belong to anybody.
Teachers teach the subjects that have lesson cases in their stage.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from itertools import cycle
from pathlib import Path

import msgspec
import yaml

CONTENT = Path(__file__).parent / "content"
COUNTY_CODE, COUNTY_NAME, CITY_CODE = "370999", "青禾县", "370900"

SUBJECTS = {
    "小学": ("语文", "数学", "英语"),
    "初中": ("语文", "数学", "英语", "物理"),
    "高中": ("语文", "数学", "英语", "物理", "化学"),
}


@dataclass(frozen=True, kw_only=True)
class School:
    """`teachers` is the head-count; `code` the county's code and three digits."""

    code: str
    name: str
    stages: tuple[str, ...]
    teachers: int
    is_private: bool = False


@dataclass(frozen=True, kw_only=True)
class Teacher:
    """One teacher. `staff_number` is unique in the county; one in nine of a nine-year school teaches both stages."""

    name: str
    sex: str
    born_on: date
    identity: str
    staff_number: str
    school: str
    stages: tuple[str, ...]
    subject: str


SCHOOLS = (
    School(code="370999001", name="青禾县实验小学", stages=("小学",), teachers=26),
    School(code="370999002", name="青禾县河西小学", stages=("小学",), teachers=24),
    School(code="370999003", name="青禾县柳泉镇中心小学", stages=("小学",), teachers=22),
    School(code="370999004", name="青禾县第一初级中学", stages=("初中",), teachers=28),
    School(code="370999005", name="青禾县第二初级中学", stages=("初中",), teachers=26),
    School(code="370999006", name="青禾县柳泉镇初级中学", stages=("初中",), teachers=22),
    School(code="370999007", name="青禾县第一中学", stages=("高中",), teachers=30),
    School(code="370999008", name="青禾县明德九年一贯制学校", stages=("小学", "初中"), teachers=22, is_private=True),
)


class Given(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Given names, blank between, common among those of a sex born up to `until`."""

    sex: str
    until: int
    names: str


class Names(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Surnames with weights, given names, and by sex the names that must be among the teachers."""

    surnames: dict[str, int]
    given: tuple[Given, ...]
    kept: dict[str, str]


@lru_cache(maxsize=1)
def names() -> Names:
    """What names are drawn from, read from `content/names.yaml`."""
    return msgspec.convert(yaml.safe_load((CONTENT / "names.yaml").read_text(encoding="utf-8")), Names)


def teachers(*, seed: int = 20251122) -> tuple[Teacher, ...]:
    """All 200 teachers of the eight schools, the same for the same seed, school by school.

    Two of the 张伟 stand in one school and teach one subject.
    """
    chance = random.Random(seed)  # noqa: S311  # repeatable demo data, nothing secret
    places = [(school, *place) for school in SCHOOLS for place in _places(school)]
    kept = _kept(places, chance)
    births: Counter[date] = Counter()
    made: list[Teacher] = []
    for index, (school, stages, subject) in enumerate(places):
        born = date(1966, 1, 1) + timedelta(days=chance.randrange(365 * 36))
        births[born] += 1
        name, sex = kept.get(index) or _name(born, chance)
        made.append(
            Teacher(
                name=name,
                sex=sex,
                born_on=born,
                identity=identity_number(born, sex, births[born]),
                staff_number=f"QH{born.year % 100:02}{index + 1:04}",
                school=school.code,
                stages=stages,
                subject=subject,
            )
        )
    return tuple(made)


def identity_number(born: date, sex: str, sequence: int) -> str:
    """A number of the right form for somebody of the demo county; `sequence` tells people of one birthday and sex apart (1–499)."""
    odd = 1 if sex == "男" else 0
    seventeen = f"{COUNTY_CODE}{born:%Y%m%d}{sequence * 2 + odd:03}"
    weights = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
    return seventeen + "10X98765432"[sum(int(digit) * weight for digit, weight in zip(seventeen, weights, strict=True)) % 11]


def _places(school: School) -> Iterator[tuple[tuple[str, ...], str]]:
    """Stage and subject of each teacher of a school, subjects in turn, stages in turn."""
    subjects = {stage: cycle(SUBJECTS[stage]) for stage in school.stages}
    for number, stage in zip(range(school.teachers), cycle(school.stages), strict=False):
        subject = next(subjects[stage])
        both = len(school.stages) > 1 and number % 9 == 0 and all(subject in SUBJECTS[other] for other in school.stages)
        yield (school.stages if both else (stage,)), subject


def _kept(places: list[tuple[School, tuple[str, ...], str]], chance: random.Random) -> dict[int, tuple[str, str]]:
    """Where the kept names go: scattered, but the first two (张伟) share school and subject."""
    wanted = [(name, sex) for sex, listed in names().kept.items() for name in listed.split()]
    first = next(index for index, place in enumerate(places) if place[0].stages == ("初中",) and place[2] == "数学")
    second = places.index(places[first], first + 1)
    others = [index for index in range(len(places)) if index not in {first, second}]
    return dict(zip([first, second, *chance.sample(others, len(wanted) - 2)], wanted, strict=True))


def _name(born: date, chance: random.Random) -> tuple[str, str]:
    sex = chance.choices(("女", "男"), (7, 3))[0]
    listed = next(given.names for given in names().given if given.sex == sex and born.year <= given.until)
    surname = chance.choices(tuple(names().surnames), tuple(names().surnames.values()))[0]
    return surname + chance.choice(listed.split()), sex
