"""Group commit: who sends again the moment the answer comes is written as well."""

import asyncio
from dataclasses import dataclass

from yanxiu.kit.gathering import Gathering


@dataclass
class One:
    key: int

    def is_like(self, _other):
        return False

    def take(self, _other):
        raise AssertionError


def test_nobody_waits_for_the_next_who_comes():
    groups = []

    async def write(batch):
        groups.append([one.key for one in batch])
        return [one.key for one in batch]

    async def client(gathering, key):
        return [await gathering.put(One(key)) for _ in range(20)]

    async def all_of_them():
        gathering = Gathering(write, pause_seconds=0)
        said = await asyncio.wait_for(asyncio.gather(*(client(gathering, key) for key in range(5))), 5)
        await gathering.settle()
        return said

    assert asyncio.run(all_of_them()) == [[key] * 20 for key in range(5)]
    assert sum(len(group) for group in groups) == 100
    assert all(group == sorted(set(group)) for group in groups)
