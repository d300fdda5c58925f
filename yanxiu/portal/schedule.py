"""Everything that happens by itself, in one list (moments: Asia/Shanghai). Tasks are named, not imported: the worker finds them."""

from yanxiu.kit.schedule import Periodic, Steady, daily, every

SCHEDULE: list[Periodic | Steady] = [
    Steady(
        function="yanxiu.records.tasks.deliver_due",
        seconds=0.5,
        why="what happened reaches the domains that react to it within a second",
    ),
    every("records.retry_failures", minutes=10, why="a reaction that failed is tried again, at most ten times"),
    daily("records.ensure_partitions", at="02:10", why="the months ahead have their partition before the first record of the month"),
    daily("kit.forget_finished_tasks", at="03:40", why="the queue stays small: finished tasks are kept for thirty days"),
    daily("kit.clear_sessions", at="03:50", why="sessions that ended are not kept"),
]
