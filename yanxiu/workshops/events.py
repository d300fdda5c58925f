"""What happens in spaces: the vocabulary that duties, tallies and feeds count by."""

from yanxiu.records.events import EventType


class SpaceEvent(EventType):
    """Spaces and who belongs to them."""

    OPENED = ("opened", "space", "开坊")
    DESCRIBED = ("described", "space", "改坊内说明与规则")
    JOIN_REQUESTED = ("requested", "membership", "申请入坊")
    JOIN_APPROVED = ("approved", "membership", "入坊认证")
    JOIN_REFUSED = ("refused", "membership", "未通过入坊")
    LEFT = ("left", "space", "退出工作坊")
    GUIDED = ("guided", "space", "跟进指导")
    CHECKED_IN = ("checked_in", "space", "签到")


class PostEvent(EventType):
    """What people write; a briefing carries its kind (《研修简报》, 《创课指导简报》)."""

    DRAFTED = ("drafted", "post", "存草稿")
    BRIEFING_PUBLISHED = ("published", "briefing", "编发简报")
    BRIEFING_READ = ("read", "briefing", "浏览简报")
    BRIEFING_REPLIED = ("replied", "briefing", "简报发帖")
    ARTICLE_PUBLISHED = ("published", "article", "发布引领性文章")
    GUIDE_PUBLISHED = ("published", "guide", "发布学习导引")
    ANNOUNCED = ("published", "announcement", "发布公告")
    POST_READ = ("read", "post", "浏览公告、导引和文章")
    DISCUSSION_OPENED = ("opened", "discussion", "发起研讨")
    DISCUSSION_REPLIED = ("replied", "discussion", "研讨回帖")
    LOG_PUBLISHED = ("published", "log", "发表日志")
    OPENED = ("opened", "thread", "发起主题")
    ASKED = ("asked", "question", "提问")
    ANSWERED = ("answered", "question", "回答问题")
    ANSWER_ADDED = ("added", "answer", "补充回答")
    ANSWER_ACCEPTED = ("accepted", "answer", "采纳回答")
    CORRECTED = ("corrected", "post", "更正发言")
    HIDDEN = ("hid", "post", "隐藏发言")
    WITHDRAWN = ("withdrew", "post", "撤回发言")
    RESTORED = ("restored", "post", "恢复发言")
    NOT_COUNTED = ("uncounted", "post", "发言不计入")
    COUNTED_AGAIN = ("counted", "post", "发言照计")
    REVIEWED = ("reviewed", "post", "审核发言")
    PRAISED = ("praised", "member", "表扬")


class ActivityEvent(EventType):
    """Activities and crowdsourcing; a cross-school activity has the kind 跨校."""

    STARTED = ("started", "activity", "发起活动")
    STARTED_ACROSS = ("started", "cross_school_activity", "组织跨校研修")
    JOINED = ("joined", "activity", "参与活动")
    POSTED = ("posted", "activity", "活动发帖")
    SOLVED = ("published", "solution", "发布众筹解决方案")
    TOPIC_DESIGNED = ("designed", "research_topic", "设计行动研究课题")
    TEAM_FORMED = ("formed", "expert_team", "组建专家团队")


class ResourceEvent(EventType):
    """Resources on their way up."""

    UPLOADED = ("uploaded", "resource", "上传资源")
    PUSHED = ("pushed", "resource", "推送资源")
    SHELVED = ("shelved", "resource", "资源入库")
    RECOMMENDED = ("recommended", "resource", "推荐资源")
    REVIEWED = ("reviewed", "resource", "审核资源")


class GuidanceEvent(EventType):
    """The chain of guidance; the kind is the level (the plan's word) of who acts."""

    ASKED = ("asked", "guidance_question", "专业指导提问")
    ANSWERED = ("answered", "guidance_question", "专业指导答疑")
    ADDED = ("added", "guidance_answer", "补充指导答复")
    PASSED_UP = ("passed_up", "guidance_question", "转请上一级指导")
    ACCEPTED = ("accepted", "guidance_answer", "采纳指导答复")
    REMINDED = ("reminded", "guidance_question", "提醒答疑")
    NOTE_PUBLISHED = ("published", "guidance_note", "下发指导意见")
    NOTE_READ = ("read", "guidance_note", "学习园地已读")


class DeskEvent(EventType):
    """What hosts do for their team and for members beside writing."""

    PRAISE_WITHDRAWN = ("withdrew", "praise", "收回表扬")
    NUDGED = ("nudged", "members", "提醒参与")
    LABOUR_SHARED = ("shared", "labour", "主持人分工")
    LABOUR_ENDED = ("ended", "labour", "结束一项分工")
    POINTS_SET = ("set", "point_rules", "定积分规则")
    LIST_EXPORTED = ("exported", "workshop", "导出坊内名单")
