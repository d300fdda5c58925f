"""Counting statements as production would send them."""

from collections.abc import Iterable


def statements(captured: Iterable[dict[str, str]]) -> list[str]:
    """The statements of what was captured inside the transaction of a test.

    There an action's own transaction shows as a savepoint; in production it is BEGIN and COMMIT, which cost no plan. Savepoints inside
    of it are statements like any other and count.
    """
    found: list[str] = []
    depth = 0
    for query in captured:
        text = query["sql"]
        if text.startswith("RELEASE"):
            depth -= 1
        if depth or not text.startswith(("SAVEPOINT", "RELEASE")):
            found.append(text)
        if text.startswith("SAVEPOINT"):
            depth += 1
    return found
