"""Proof of the ledger: which entry was changed behind the program's back, and the root of all chains."""

from dataclasses import dataclass

from yanxiu.credits import statements
from yanxiu.kit import sql

_PRESENT = """
SELECT COUNT(*) AS entries, COUNT(DISTINCT e.person_id) AS people,
  COALESCE((SELECT r.entries FROM credits_root r ORDER BY r.id DESC LIMIT 1), 0) AS root_entries,
  COALESCE((SELECT r.people FROM credits_root r ORDER BY r.id DESC LIMIT 1), 0) AS root_people
FROM credits_entry e
"""
WORDS = {
    "content": "内容与封存时不同",
    "link": "与前一笔接不上",
    "gap": "前面缺少一笔",
    "missing_end": "末尾被删去",
    "no_head": "链头缺失",
    "head": "链头被改动",
    "fewer": "总笔数少于上次封存",
}


@dataclass(frozen=True, kw_only=True)
class Fault:
    """The first bad place in a person's chain; `entry_id` is null where the entry itself is missing. `what`: a key of WORDS."""

    person_id: int
    number: int
    entry_id: int | None
    what: str

    @property
    def words(self) -> str:
        return WORDS[self.what]


@dataclass(frozen=True, kw_only=True)
class Present:
    """How many entries of how many people there are now, and were at the last root (0 before the first)."""

    entries: int
    people: int
    root_entries: int
    root_people: int


def present() -> Present:
    """Count the ledger as it is. Cost: one query over all entries."""
    return Present(**sql.rows(_PRESENT)[0])


def faults(*, limit: int = 100, there: Present | None = None) -> list[Fault]:
    """Recompute all chains; empty = intact. Person 0 stands for the ledger as a whole (fewer entries than at the last root).

    Cost: one pass over all entries.
    """
    found = [
        Fault(person_id=row["person_id"], number=row["number"], entry_id=row["id"], what=row["what"])
        for row in sql.rows(statements.VERIFY, {"limit": limit})
    ]
    there = there or present()
    if there.entries < there.root_entries or there.people < there.root_people:
        found.append(Fault(person_id=0, number=there.entries, entry_id=None, what="fewer"))
    return found
