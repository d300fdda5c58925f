"""Proof of the ledger: which entry was changed behind the program's back, and the root of all chains."""

from dataclasses import dataclass

from yanxiu.credits import statements
from yanxiu.credits.models import Root
from yanxiu.kit import sql

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


def faults(*, limit: int = 100) -> list[Fault]:
    """Recompute all chains; empty = intact. Person 0 stands for the ledger as a whole (fewer entries than at the last root).

    Cost: one pass over all entries.
    """
    found = [
        Fault(person_id=row["person_id"], number=row["number"], entry_id=row["id"], what=row["what"])
        for row in sql.rows(statements.VERIFY, {"limit": limit})
    ]
    last = Root.objects.order_by("-pk").first()
    if last is not None:
        present = sql.rows("SELECT COUNT(*) AS entries, COUNT(DISTINCT person_id) AS people FROM credits_entry")[0]
        if present["entries"] < last.entries or present["people"] < last.people:
            found.append(Fault(person_id=0, number=present["entries"], entry_id=None, what="fewer"))
    return found
