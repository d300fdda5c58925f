"""The closed word lists of a plan and their Chinese names.

A word here is code that some package understands; local words (坊员, 进修校 …) are data in `terms`.
Literal and table of each list are kept equal by a test.
"""

from typing import Final, Literal

Level = Literal["nation", "province", "city", "county", "school", "province_alliance"]
LEVELS: Final[dict[str, str]] = {
    "nation": "国家",
    "province": "省",
    "city": "市",
    "county": "区县",
    "school": "学校",
    "province_alliance": "省网联管理中心",
}

Stage = Literal["幼儿园", "小学", "初中", "高中", "中学"]
STAGE_PARTS: Final[dict[str, tuple[str, ...]]] = {
    "幼儿园": ("幼儿园",),
    "小学": ("小学",),
    "初中": ("初中",),
    "高中": ("高中",),
    "中学": ("初中", "高中"),
}
STAGE_CODES: Final[dict[str, str]] = {"幼儿园": "kindergarten", "小学": "primary", "初中": "junior", "高中": "senior", "中学": "secondary"}

WorkshopLevel = Literal["省", "市", "县"]

Role = Literal[
    "learner",
    "subject_host",
    "topic_host",
    "province_host",
    "tutor",
    "tech_admin",
    "expert",
    "group_leader",
    "group",
    "school_admin",
    "county_admin",
    "principal",
    "county_trainer",
    "school_trainer",
    "institution",
    "school",
    "county",
    "city",
]
ROLES: Final[dict[str, str]] = {
    "learner": "学员",
    "subject_host": "学科工作坊主持人",
    "topic_host": "专题工作坊主持人",
    "province_host": "省级工作坊主持人",
    "tutor": "指导教师",
    "tech_admin": "技术管理员",
    "expert": "专家",
    "group_leader": "研修组长",
    "group": "研修组",
    "school_admin": "学校管理员",
    "county_admin": "区县管理者",
    "principal": "校长",
    "county_trainer": "县级培训者",
    "school_trainer": "校级培训者",
    "institution": "培训机构",
    "school": "学校",
    "county": "区县",
    "city": "市",
}
UNIT_ROLES: Final[frozenset[str]] = frozenset({"school", "county", "city", "institution"})

Do = Literal[
    "enrol",
    "head_count",
    "form_classes",
    "teaching_points",
    "course_packages",
    "choose_topics",
    "choose_courses",
    "learn",
    "attend",
    "lessons",
    "school_activities",
    "cross_school",
    "assess",
    "credit",
    "certificate",
    "select_trainers",
    "train_trainers",
    "county_plan",
    "school_plan",
    "group_plan",
    "personal_plan",
    "supervise",
    "evaluate",
    "publicise",
    "report_trainees",
    "issue_cards",
    "first_login",
]
DO: Final[dict[str, str]] = {
    "enrol": "报名",
    "head_count": "上报人数",
    "form_classes": "编班",
    "teaching_points": "设教学点",
    "course_packages": "下发课程资源",
    "choose_topics": "学校选专题",
    "choose_courses": "教师选课程",
    "learn": "学习",
    "attend": "考勤",
    "lessons": "听课上课",
    "school_activities": "校本研修活动",
    "cross_school": "跨校研修",
    "assess": "考核",
    "credit": "登记学分",
    "certificate": "发证",
    "select_trainers": "遴选培训者",
    "train_trainers": "培训者培训",
    "county_plan": "区县实施方案",
    "school_plan": "学校规划",
    "group_plan": "学科组计划",
    "personal_plan": "个人计划",
    "supervise": "过程监管",
    "evaluate": "绩效评估",
    "publicise": "宣传发动",
    "report_trainees": "上报学员",
    "issue_cards": "发卡",
    "first_login": "首次登录注册",
}

BlockKind = Literal["compulsory", "elective", "practice", "activity", "trainer", "assigned", "catalogue", "mixed"]
BLOCK_KINDS: Final[dict[str, str]] = {
    "compulsory": "必修",
    "elective": "选修",
    "practice": "实践",
    "activity": "活动",
    "trainer": "培训者培训",
    "assigned": "规范性培训",
    "catalogue": "课程目录",
    "mixed": "混合模块",
}

Assign = Literal["auto_by_subject", "auto_by_stage_subject", "random_per_learner", "self", "self_in_school_topics", "by_institution"]
ASSIGN: Final[dict[str, str]] = {
    "auto_by_subject": "按学科自动推送",
    "auto_by_stage_subject": "按学段学科自动推送",
    "random_per_learner": "每人随机后固定",
    "self": "自主选择",
    "self_in_school_topics": "在学校所选专题内自选",
    "by_institution": "由培训机构指定",
}

ItemKind = Literal["lesson_cases", "courses", "contests"]
ITEM_KINDS: Final[dict[str, str]] = {"lesson_cases": "个课例", "courses": "门课程", "contests": "项赛事"}

Per = Literal["person", "workshop", "team", "unit"]
PER: Final[dict[str, str]] = {"person": "每人", "workshop": "每个工作坊", "team": "每个团队", "unit": "每个单位"}

AwardRule = Literal["per_course", "per_block", "on_pass", "confirmed"]
AWARD_RULES: Final[dict[str, str]] = {
    "per_course": "按课程计",
    "per_block": "按课程块计",
    "on_pass": "考核合格计",
    "confirmed": "经确认计",
}

CreditUnit = Literal["hour", "credit"]
CREDIT_UNITS: Final[dict[str, str]] = {"hour": "学时", "credit": "学分"}

EnrolMode = Literal["roster", "unit_registers", "join_class", "provision", "county_reports", "member_school", "individual_member"]
ENROL_MODES: Final[dict[str, str]] = {
    "roster": "按名册",
    "unit_registers": "单位统一报名",
    "join_class": "教师自行入班",
    "provision": "统一开通",
    "county_reports": "县里上报人数",
    "member_school": "会员校",
    "individual_member": "个人会员",
}

SpaceType = Literal[
    "personal_space",
    "class",
    "subject_page",
    "topic_page",
    "subject_workshop",
    "topic_workshop",
    "teacher_workshop",
    "school_community",
    "regional_community",
]
SPACE_TYPES: Final[dict[str, str]] = {
    "personal_space": "个人空间",
    "class": "班级",
    "subject_page": "学科首页",
    "topic_page": "专题首页",
    "subject_workshop": "学科工作坊",
    "topic_workshop": "专题工作坊",
    "teacher_workshop": "教师工作坊",
    "school_community": "学校社区",
    "regional_community": "区域社区",
}

WINDOW_YEARS: Final[dict[str, str]] = {"year": "本年度", "school_year": "本学年"}
