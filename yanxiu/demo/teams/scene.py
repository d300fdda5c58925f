"""A workshop in one phase of its season: its people, moments that go on, words nobody wrote before, and the books kept by hand."""

import random
from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import count, cycle

from yanxiu.demo.teams.ground import BEGINS, ENDS, Workshop
from yanxiu.kit.actor import Actor
from yanxiu.workshops.actions import talking
from yanxiu.workshops.models import Post

TALK = (
    "课堂上等了三秒再提问，后排两位同学第一次举手。", "把评价量规放进学习单，学生自己先评一遍，改动的地方比我批的还多。",
    "同一段课文换了一个问题，讨论的方向完全不同。", "小组汇报改成轮流补充以后，说话的人多了一倍。",
    "错题不再讲一遍，而是让学生出一道同类题。", "试着不急着给答案，学生自己发现了漏掉的条件。",
)  # fmt: skip
ASKED = (
    "小组讨论总是两三个人在说怎么办",
    "分层作业怎样不贴标签",
    "概念课的例子怎么选",
    "一节课讲不完怎么取舍",
    "学生的问题偏了要不要拉回来",
)


@dataclass(frozen=True, kw_only=True)
class Dose:
    """What the plan asks of a workshop (briefings of a series, problems) and of each host (answers) in a phase, and how lively it is."""

    begins: datetime
    series: str
    briefings: int
    problems: int
    answers: int
    lively: float = 1.0


AUTUMN = Dose(begins=BEGINS, series="研修简报", briefings=3, problems=3, answers=5)
SPRING = Dose(begins=ENDS + timedelta(days=5), series="创课指导简报", briefings=2, problems=2, answers=5, lively=0.4)
YEAR = Dose(begins=BEGINS, series="研修简报", briefings=5, problems=5, answers=10)
"""What topic hosts owe, who have one phase."""


@dataclass(frozen=True, kw_only=True)
class Missing:
    """What a team leaves undone. In autumn: briefings at the province, answers and articles of the last hosts of the city, its visits of
    the last counties, solutions of the last county. In spring, at the last county: briefings, lessons that its last hosts should follow.
    """

    briefings: int = 0
    answers: int = 0
    articles: int = 0
    visits: int = 0
    problems: int = 0
    creating: int = 0
    follows: int = 0


NOTHING = Missing()


@dataclass(kw_only=True)
class Books:
    """What was done, written down by whoever did it and reckoned in no other way: by person, and by workshop, of each counter."""

    own: Counter[tuple[int, str]] = field(default_factory=Counter)
    of_workshop: Counter[tuple[int, str]] = field(default_factory=Counter)

    def write(self, metric: str, *, person_id: int, space_id: int, number: int = 1) -> None:
        self.own[person_id, metric] += number
        self.of_workshop[space_id, metric] += number


class Scene:
    """A workshop in a phase; `did` and `undid` keep the books."""

    def __init__(self, one: Workshop, chance: random.Random, books: Books, dose: Dose) -> None:
        self.one, self.space, self.hosts, self.members, self.chance = one, one.space, one.hosts, one.members, chance
        self.books, self.dose = books, dose
        self._minutes, self._words, self._number = count(1), cycle(TALK), count(1)
        self._salt = dose.begins.month * 1_000_003

    def at(self, days: float = 1) -> datetime:
        """Return a moment of the phase, some days after its beginning and later each time."""
        return self.dose.begins + timedelta(days=days, minutes=next(self._minutes))

    def text(self) -> str:
        """Return something to say, another each time: nobody is told to have copied."""
        number = next(self._number)
        seed = number * 7919 + self.space.pk + self._salt
        return f"{next(self._words)}这是{self.space.title}{self.dose.series}期间第 {number} 次记录，{_unlike(seed)}。"

    def some(self, share: float) -> list[Actor]:
        """Return some of the members, fewer in a phase that is less lively."""
        return self.chance.sample(self.members, k=max(1, round(len(self.members) * share * self.dose.lively)))

    def did(self, metric: str, who: Actor, number: int = 1) -> None:
        """Write down that somebody did what counts."""
        self.books.write(metric, person_id=who.person_id or 0, space_id=self.space.pk, number=number)

    def undid(self, metric: str, who: Actor) -> None:
        """Write down that what somebody did counts no more."""
        self.did(metric, who, -1)

    def reply(self, thread: Post, who: Actor, metric: str, *, at: datetime) -> None:
        """Say something in a thread."""
        talking.reply(thread=again(thread), source=self.text(), by=who, at=at)
        self.did(metric, who)


def again(post: Post) -> Post:
    """Return the post as a page would load it."""
    return Post.objects.select_related("space__org", "space__parent", "space__programme", "parent", "author").get(pk=post.pk)


def _unlike(number: int) -> str:
    """Words that nobody wrote before: sixteen characters by a number."""
    letters = "山水云林石桥灯火书页秋春晨夜江湖星月风雨雪霜竹松梅兰菊荷麦稻桑麻"
    return "".join(letters[(number >> (shift % 13)) * (shift + 3) % len(letters)] for shift in range(16))
