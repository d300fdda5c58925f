"""What can be worth points, and what speaks for praise: the metrics of members with their words. Data of a rule names these keys."""

from typing import Final

METRICS: Final[dict[str, str]] = {
    "checkin": "签到",
    "briefing.read": "读简报",
    "briefing.posts": "简报回帖",
    "discussion": "研讨",
    "activity.joined": "参与活动",
    "activity.posts": "活动发帖",
    "qa.asked": "提问",
    "qa.answered": "回答",
    "workshop.logs": "日志",
    "resource.uploaded": "上传资源",
    "crowdsource.solved": "众筹方案",
    "praise.received": "受到表扬",
}

# A first proposal that a host may change: points, most a day (None = no bound). Nothing counts before somebody keeps it.
PROPOSED: Final[dict[str, tuple[str, str]]] = {
    "checkin": ("1", "1"),
    "briefing.read": ("1", ""),
    "briefing.posts": ("1", "3"),
    "discussion": ("2", "6"),
    "activity.joined": ("2", ""),
    "activity.posts": ("1", "3"),
    "qa.asked": ("1", "3"),
    "qa.answered": ("3", "9"),
    "workshop.logs": ("2", "4"),
    "resource.uploaded": ("3", "9"),
    "crowdsource.solved": ("5", ""),
    "praise.received": ("5", ""),
}
