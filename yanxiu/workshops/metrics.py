"""The counters of spaces (001 L29, 002): declared once, counted by the fold of records."""

from yanxiu.catalogue.events import ResourceEvent
from yanxiu.records.events import EventType
from yanxiu.records.metrics import Metric
from yanxiu.workshops.events import ActivityEvent, BallotEvent, FollowEvent, GuidanceEvent, PostEvent, ShareEvent, SpaceEvent


def _by(key: str, zh: str, *counts: EventType) -> Metric:
    return Metric(key=key, zh=zh, counts=counts, for_actor=True)


METRICS = (
    _by("activity.started", "发起活动", ActivityEvent.STARTED, ActivityEvent.STARTED_ACROSS),
    Metric(key="activity.joined", zh="参与活动", counts=(ActivityEvent.JOINED,)),  # also where a host notes who came
    _by("activity.posts", "活动发帖", ActivityEvent.POSTED),
    _by("activity.cross_school", "跨校研修活动", ActivityEvent.STARTED_ACROSS),
    _by("article.guiding", "引领性文章或案例分析", PostEvent.ARTICLE_PUBLISHED),
    _by("briefing.issued", "编发简报", PostEvent.BRIEFING_PUBLISHED),
    _by("briefing.posts", "简报发帖", PostEvent.BRIEFING_REPLIED),
    _by("briefing.read", "浏览、学习简报", PostEvent.BRIEFING_READ),
    _by("checkin", "签到", SpaceEvent.CHECKED_IN),
    _by("crowdsource.solved", "智慧众筹并给出解决方案", ActivityEvent.SOLVED),
    _by("discussion", "研讨交流", PostEvent.DISCUSSION_OPENED, PostEvent.DISCUSSION_REPLIED),
    _by("expert_team", "组建专家团队", ActivityEvent.TEAM_FORMED),
    _by("guidance.coverage", "跟进指导下一级工作坊", SpaceEvent.GUIDED),
    _by("guidance.answered", "专业指导答疑", GuidanceEvent.ANSWERED),
    _by("guidance.asked", "专业指导提问", GuidanceEvent.ASKED),
    _by("guidance.notes", "下发指导意见", GuidanceEvent.NOTE_PUBLISHED),
    _by("guidance.passed_up", "转请上一级指导", GuidanceEvent.PASSED_UP),
    _by("join.reviewed", "入坊认证", SpaceEvent.JOIN_APPROVED, SpaceEvent.JOIN_REFUSED),
    _by("lesson.followed", "跟进优课创建", FollowEvent.FOLLOWED),
    _by("moderation.done", "浏览、审核、处理发言和资源", PostEvent.REVIEWED, PostEvent.HIDDEN),
    _by("praise.given", "表扬", PostEvent.PRAISED),
    Metric(key="praise.received", zh="受到表扬", counts=(PostEvent.PRAISED,)),
    _by("qa.asked", "提问", PostEvent.ASKED),
    _by("qa.answered", "回答问题", PostEvent.ANSWERED),
    _by("research.topic", "设计行动研究课题", ActivityEvent.TOPIC_DESIGNED),
    _by("resource.uploaded", "上传资源", ResourceEvent.UPLOADED),
    _by("resource.pushed", "推送资源", ShareEvent.PUSHED),
    _by("resource.library", "校本资源库入库资源", ResourceEvent.SHELVED),
    _by("resource.recommended", "推荐至区县资源库", ResourceEvent.RECOMMENDED),
    _by("resource.reviewed", "审核和推优生成性资源", ResourceEvent.REVIEWED),
    _by("survey.answered", "回答问卷与投票", BallotEvent.ANSWERED),
    _by("workshop.logs", "发表日志", PostEvent.LOG_PUBLISHED),
)
