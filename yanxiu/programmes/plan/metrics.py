"""The metric registry: what a duty may count, one counter service for all programmes.

Each metric counts per person, workshop, team or unit and in a window, the calendar year or the school year.
The list is open (001 L29 「等等」): a new metric is one row here and one verb that records it.
"""

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, kw_only=True, slots=True)
class Metric:
    """One countable thing: key, Chinese name, unit word, and where the documents ask for it."""

    key: str
    label: str
    unit: str
    source: str


_ROWS: Final[tuple[tuple[str, str, str, str], ...]] = (
    ("activity.started", "发起活动", "次", "001 L29"),
    ("activity.joined", "参与活动", "次", "001 L29"),
    ("activity.posts", "活动发帖", "帖", "001 L29"),
    ("activity.cross_school", "跨校研修活动", "次", "002 §二(三)2, §三(一)3"),
    ("article.guiding", "引领性文章或案例分析", "篇", "001 P2-SH-3, P2-TH-4"),
    ("briefing.issued", "编发简报", "期", "001 L29, P2-SH-3, P2-TH-4, P3-SH-3"),
    ("briefing.posts", "简报发帖", "帖", "001 L29"),
    ("briefing.read", "浏览、学习简报", "期", "001 P2-M-1, P3-M-1"),
    ("checkin", "签到", "次", "001 P2-M-2, P3-M-2"),
    ("courses.browsed", "浏览、学习本专题课程", "门", "001 P2-TH-1"),
    ("crowdsource.solved", "智慧众筹并给出解决方案", "个", "001 P2-SH-4, P2-TH-5, P3-SH-4; 000b L50"),
    ("discussion", "研讨交流", "次", "001 P2-M-2, P3-M-2"),
    ("expert_team", "组建专家团队", "个", "002 §五.2"),
    ("guidance.coverage", "跟进指导下一级工作坊", "比例", "001 P2-SH-7, P3-SH-6"),
    ("guidance.answered", "专业指导答疑", "个", "000b L49"),
    ("guidance.asked", "专业指导提问", "个", "000b L49"),
    ("guidance.notes", "下发指导意见", "篇", "000b L49"),
    ("guidance.passed_up", "转请上一级指导", "个", "000b L49"),
    ("join.reviewed", "入坊认证", "次", "001 P2-TH-3"),
    ("lesson.research", "研究课", "节", "000b L31, L52; 001 P3-M-3, P3-SH-7"),
    ("lesson.followed", "跟进优课创建活动", "个", "001 P3-SH-6"),
    ("moderation.done", "浏览、审核、处理发言和资源", "次", "001 P2-SH-6, P2-TH-10, P3-SH-5"),
    ("practice.offline", "参加线下实践活动", "次", "001 P2-M-3, P2-SH-8, P3-M-3, P3-SH-7"),
    ("praise.given", "表扬", "次", "001 P2-SH-6, P2-TH-8, P3-SH-5"),
    ("qa.asked", "提问", "个", "001 L29"),
    ("qa.answered", "回答问题", "个", "001 L29, P2-SH-4, P2-TH-7, P3-SH-4"),
    ("research.topic", "设计行动研究课题", "个", "002 §三(二)2"),
    ("resource.uploaded", "上传资源", "件", "001 L29"),
    ("resource.pushed", "推送资源", "件", "002 §三(二)2"),
    ("resource.library", "校本资源库入库资源", "件", "002 §三(二)3"),
    ("resource.recommended", "推荐至区县资源库", "件", "002 §三(二)3"),
    ("resource.reviewed", "审核和推优生成性资源", "件", "002 §三(二)2"),
    ("sessions.attended", "出席集中学习", "场", "000b L39, L55"),
    ("sessions.called", "应到集中学习", "场", "000b L39, L55"),
    ("visit.teach", "送教", "次", "002 §五.2"),
    ("workshop.logs", "发表日志", "篇", "001 L29"),
)

METRICS: Final[dict[str, Metric]] = {key: Metric(key=key, label=label, unit=unit, source=source) for key, label, unit, source in _ROWS}
