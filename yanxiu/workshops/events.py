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
    JOINED = ("joined", "space", "加入工作坊")
    SEATED = ("seated", "space", "按名单入坊")
    INVITED = ("invited", "membership", "邀请入坊")
    DECLINED = ("declined", "membership", "谢绝入坊邀请")
    REMOVED = ("removed", "membership", "移出成员")
    TRANSFERRED = ("transferred", "membership", "转到别的坊")
    REARRANGED = ("rearranged", "space", "调整小组或子坊")
    REARRANGEMENT_UNDONE = ("undid", "rearrangement", "撤销调整")
    ARRANGED = ("arranged", "space", "设定栏目与谁能看")
    MADE_OPEN = ("unlocked", "space", "开放工作坊")
    CLOSED = ("closed", "space", "关闭工作坊")
    REOPENED = ("reopened", "space", "重新开放工作坊")
    DOCUMENT_PUBLISHED = ("published", "space_document", "发布坊内文件")
    DOCUMENT_CONFIRMED = ("confirmed", "space_document", "确认坊内文件")
    FOUNDER_ASKED = ("asked", "space_founder", "邀请共同创建")
    FOUNDER_AGREED = ("agreed", "space_founder", "同意共同创建")
    FOUNDER_DECLINED = ("declined", "space_founder", "不参加共同创建")
    LINK_ASKED = ("asked", "space_link", "申请互联")
    LINK_ACCEPTED = ("accepted", "space_link", "同意互联")
    LINK_ENDED = ("ended", "space_link", "结束互联")
    CONTACT_NAMED = ("named", "space_contact", "列出专家或联系人")
    CONTACT_ENDED = ("ended", "space_contact", "撤下专家或联系人")
    LEVELS_EXCEPTED = ("set", "level_exception", "设定级别例外")
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
    CONFIRMED = ("confirmed", "post", "确认收到")
    REMINDED = ("reminded", "post", "提醒未读")
    READERS_EXPORTED = ("exported", "readers", "导出已读名单")
    MADE_ESSENCE = ("made", "essence", "设为精华")
    UNMADE_ESSENCE = ("unmade", "essence", "取消精华")
    HELD = ("held", "post", "发言待审")
    RETURNED = ("returned", "post", "退回发言")
    DELETED = ("deleted", "post", "删除发言")
    HIDDEN = ("hid", "post", "隐藏发言")
    WITHDRAWN = ("withdrew", "post", "撤回发言")
    RESTORED = ("restored", "post", "恢复发言")
    NOT_COUNTED = ("uncounted", "post", "发言不计入")
    COUNTED_AGAIN = ("counted", "post", "发言照计")
    REVIEWED = ("reviewed", "post", "审核发言")
    RULES_SET = ("set", "space_rules", "设定坊内管理规则")
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
    CHANGED = ("changed", "activity", "改活动安排")
    CALLED_OFF = ("called_off", "activity", "取消活动")
    CLOSED = ("closed", "activity", "活动结束")
    REOPENED = ("reopened", "activity", "活动重新开放")
    SPACE_ASKED = ("asked", "activity_host", "邀请联合举办")
    SPACE_AGREED = ("agreed", "activity_host", "同意联合举办")
    SPACE_DECLINED = ("declined", "activity_host", "不参加联合举办")
    SIGNED_UP = ("signed_up", "activity", "活动报名")
    SIGN_UP_CANCELLED = ("cancelled", "activity", "取消活动报名")
    MOVED_UP = ("moved_up", "activity", "活动候补转正")
    ATTENDANCE_NOTED = ("noted", "activity", "登记活动签到")
    RESULT_TOLD = ("reported", "activity", "发布活动成果")


class BallotEvent(EventType):
    """Ballots; the kind is that of the ballot. Who answered is recorded, what was answered is not."""

    OPENED = ("opened", "ballot", "发起投票与问卷")
    CHANGED = ("changed", "ballot", "改投票与问卷")
    ANSWERED = ("answered", "ballot", "参加投票与问卷")
    ANSWER_CHANGED = ("changed", "ballot_answer", "改投票与问卷的回答")
    CLOSED = ("closed", "ballot", "截止投票与问卷")
    REMINDED = ("reminded", "ballot", "提醒未答的人")


class ProblemEvent(EventType):
    """Practice problems on their way; solved is `ActivityEvent.SOLVED`."""

    HANDED_IN = ("handed_in", "problem", "提出实践问题")
    MOVED = ("moved", "problem", "推进实践问题")
    JOINED = ("joined", "problem", "并入相近的问题")
    SOLUTION_ADDED = ("added", "solution", "补充解决方案")


class ShareEvent(EventType):
    """Resources in a space: brought by members, put before all members by hosts; the kind is the kind of the resource."""

    SHARED = ("shared", "resource", "坊内分享资源")
    PUSHED = ("pushed", "resource", "推送资源")
    TAKEN_BACK = ("took_back", "resource", "撤回推送")
    OPENED = ("opened", "share", "看推送的资源")
    REMINDED = ("reminded", "share", "提醒看资源")


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
    DEEDS_EXPORTED = ("exported", "deeds", "导出行为记录")
    SPACES_EXPORTED = ("exported", "spaces", "导出工作坊名单或数据")


class CaseEvent(EventType):
    """Excellent cases: themes, what is entered, how it climbs."""

    DESIGNED = ("designed", "case_theme", "设计征集主题")
    CHANGED = ("changed", "case_theme", "改征集主题")
    SUBMITTED = ("submitted", "case", "提交案例")
    WITHDRAWN = ("withdrew", "case", "撤回案例")
    CLOSED = ("closed", "case_round", "征集截止")
    VOTED = ("judged", "case", "案例评分")
    CONFLICT_NAMED = ("named", "case_conflict", "登记回避")
    RECOMMENDED = ("recommended", "case", "推荐案例")
    TAKEN_BACK = ("took_back", "case", "收回推荐")
    GRANTED = ("granted", "case_round", "给例外名额")
    SELECTED = ("selected", "case", "案例入选")
    DESELECTED = ("deselected", "case", "取消入选")
    PUBLISHED = ("published", "case_theme", "公布入选案例")


class FollowEvent(EventType):
    """Guidance downward, and excellent lessons that a host sees from plan to summary; a visit is `SpaceEvent.GUIDED`."""

    DIVIDED = ("divided", "guide_duty", "分派跟进工作坊")
    REMINDED = ("reminded", "guide_duty", "提醒跟进下级坊")
    STARTED = ("started", "lesson_creation", "开始跟进优课")
    STEPPED = ("noted", "lesson_creation", "记优课跟进节点")
    DROPPED = ("dropped", "lesson_creation", "中止优课跟进")
    FOLLOWED = ("followed", "lesson_creation", "跟进优课创建")
