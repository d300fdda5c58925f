"""What the sealed part of a package holds, and how it is put together and taken apart."""

from collections.abc import Mapping

import msgspec

from yanxiu.learning.points import keys, rows
from yanxiu.learning.points.facts import Facts, gather
from yanxiu.people.models import Account


class Inside(msgspec.Struct, frozen=True, kw_only=True):
    """Rows as lines of JSON, what was studied so far, the door codes by account, and the key of the point's bundles."""

    rows: str
    facts: Facts
    doors: Mapping[int, str]
    sync_key: bytes


def gathered(about: rows.Chosen, *, package_id: int) -> bytes:
    """Return the sealed part of a package in clear. Cost: about 30 queries."""
    accounts = Account.objects.filter(person__in=about.people).order_by("pk").values_list("pk", flat=True)
    made = Inside(
        rows="\n".join(rows.dump(about)),
        facts=gather(about.enrolments, with_stretches=False),
        doors={pk: keys.door_code(package_id, pk) for pk in accounts},
        sync_key=keys.of_sync(package_id),
    )
    return msgspec.json.encode(made)


def parsed(raw: bytes) -> Inside:
    """Read it. Raises msgspec.DecodeError."""
    return msgspec.json.decode(raw, type=Inside)
