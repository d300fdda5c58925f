"""Attempts counted in windows of fifteen minutes, in one atomic statement, over all processes (security AU-03).

An attempt is counted before it is judged and given back when it was right, so a school behind one address is not slowed by
teachers who sign in correctly, and no number of parallel guesses passes the limit.
"""

from collections.abc import Mapping
from datetime import UTC, datetime

from yanxiu.kit import sql
from yanxiu.kit.errors import TooMany

WINDOW_SECONDS = 15 * 60
_TAKE = """
INSERT INTO people_throttle AS t (key, window_starts_at, count)
SELECT key, %(starts)s, 1 FROM unnest(%(keys)s::text[]) AS key ORDER BY key
ON CONFLICT (key) DO UPDATE SET
    count = CASE WHEN t.window_starts_at = excluded.window_starts_at THEN t.count + 1 ELSE 1 END,
    window_starts_at = excluded.window_starts_at
RETURNING key, count
"""


def take(limits: Mapping[str, int], *, at: datetime) -> None:
    """Count one attempt under every key. Raises TooMany when a limit is passed; the other keys then do not count it. Cost: one query."""
    found = sql.rows(_TAKE, {"keys": sorted(limits), "starts": _window(at)})
    passed = {row["key"] for row in found if row["count"] > limits[row["key"]]}
    if passed:
        # A stranger who is slowed by his own network must not use up the tries of the account.
        give_back({key: limit for key, limit in limits.items() if key not in passed}, at=at)
        left = WINDOW_SECONDS - int((at - _window(at)).total_seconds())
        raise TooMany(
            f"试的次数太多，请过 {max(left // 60, 1)} 分钟再来。急用可以请学校管理员重发激活条。", retry_after_seconds=max(left, 1)
        )


def give_back(keys: Mapping[str, int], *, forget: tuple[str, ...] = (), at: datetime) -> None:
    """Take the attempt back from every key; keys of `forget` start anew. Cost: one query."""
    sql.run(
        "UPDATE people_throttle SET count = CASE WHEN key = ANY(%(forget)s) THEN 0 ELSE greatest(count - 1, 0) END "
        "WHERE key = ANY(%(keys)s) AND window_starts_at = %(starts)s",
        {"keys": sorted(keys), "forget": list(forget), "starts": _window(at)},
    )


def sweep(*, at: datetime) -> int:
    """Delete counts of past windows; return how many. For the nightly task."""
    return sql.run("DELETE FROM people_throttle WHERE window_starts_at < %(starts)s", {"starts": _window(at)})


def _window(at: datetime) -> datetime:
    return datetime.fromtimestamp(int(at.timestamp()) // WINDOW_SECONDS * WINDOW_SECONDS, UTC)
