"""The data of the examples."""

from datetime import UTC, date, datetime, timedelta
from functools import cache

from django.utils.html import format_html

from yanxiu.files.queries import Pages
from yanxiu.kit import markup
from yanxiu.kit.components import (
    Arc,
    Crumb,
    Effect,
    Fact,
    Figure,
    Filter,
    FunnelStep,
    HeatCell,
    HeatRow,
    Option,
    Series,
    Step,
    Tab,
    Tile,
    Unit,
    Window,
)

NOW = datetime(2026, 11, 20, 12, 35, 12, tzinfo=UTC)


def _midnight(year: int, month: int, day: int) -> datetime:
    """Return 24:00 Shanghai of the day."""
    return datetime(year, month, day, 16, tzinfo=UTC)


@cache
def examples() -> dict[str, object]:
    """Return all example data."""
    return {**_hours(), **_lists(), **_office(), **_review(), **_documents()}


def _documents() -> dict[str, object]:
    """Return a document as it is read in the page, and one that is still being converted."""
    words = ("课堂提问的三个层次", "先问得出，再问得准，最后问得深。", "一、问得出", "从学生已经知道的地方问起，等三秒再叫人。")
    html = format_html("<h2>{}</h2><p>{}</p><h3>{}</h3><p>{}</p>", *words)
    waiting = "正在转换成能在页面里看的版本，一般几分钟，过一会儿刷新。"
    return {
        "handout": Pages(title="课堂提问讲义.docx", pages=(), total=0, html=html, note="", download="#"),
        "handout_waiting": Pages(title="教学设计模板.pdf", pages=(), total=0, html=markup.EMPTY, note=waiting, download="#"),
    }


def _hours() -> dict[str, object]:
    days = [date(2026, 10, 26) + timedelta(days=number) for number in range(36)]
    gained = {3: 3, 7: 5, 11: 8, 13: 11, 14: 15, 17: 17, 23: 20}
    mine = [max([hours for at, hours in gained.items() if at <= number], default=0) if number <= 25 else None for number in range(36)]
    schedule = [round(number / 35 * 27.5, 1) for number in range(36)]
    return {
        "now": NOW,
        "saved_at": NOW,
        "arcs": [Arc(label="必修", value=14, target=22), Arc(label="选修", value=6, target=14)],
        "due_required": _midnight(2026, 11, 30),
        "due_elective": _midnight(2027, 1, 25),
        "due_late": _midnight(2026, 10, 31),
        "due_today": _midnight(2026, 11, 20),
        "due_soon": _midnight(2026, 11, 22),
        "due_far": _midnight(2027, 8, 31),
        "exam_end": NOW + timedelta(minutes=4, seconds=50),
        "today": date(2026, 11, 20),
        "windows": [
            Window(label="教师选课程", start=date(2026, 10, 3), end=date(2026, 10, 25), text="10-25 已锁定"),
            Window(label="必修课学习", start=date(2026, 10, 26), end=date(2026, 11, 30), text="11-30 截止"),
            Window(label="统一集中学习", start=date(2026, 11, 23), end=date(2026, 11, 24), text="11-23、11-24"),
            Window(label="选修课学习", start=date(2026, 10, 26), end=date(2027, 1, 25), text="01-25 截止"),
            Window(label="学分登记", start=date(2026, 12, 29), end=date(2026, 12, 31), text="12-31 前计入 2026"),
        ],
        "pace_days": [f"{day:%m-%d}" for day in days],
        "pace": [
            Series(label="我的学时", values=mine, steps=True, end="20"),
            Series(label="按日程", values=schedule, role="plan", end="日程"),
        ],
    }


def _lists() -> dict[str, object]:
    def options(*labels: str) -> list[Option]:
        return [
            Option(label=label, url="#", current=number == 0, count=None if number == 0 else 12 * number)
            for number, label in enumerate(labels)
        ]

    return {
        "filters": [
            Filter(label="学段", value="小学", options=options("全部", "小学", "初中", "高中")),
            Filter(label="每门", value="不限学时", options=options("不限学时", "2 学时", "3 学时")),
            Filter(label="排序", value="本校选得多", options=options("本校选得多", "新上架")),
        ],
        "topics": [
            Tab(label="学生心理健康教育", url="#", current=True, count=12),
            Tab(label="信息技术支持的教学优化", url="#", count=15),
            Tab(label="班级管理", url="#", count=9),
        ],
        "segments": [
            Tab(label="待我审", url="#", current=True, count=11),
            Tab(label="已审", url="#"),
            Tab(label="退回中", url="#", count=2),
        ],
        "ledger": [
            ("11-18", "班级管理中的沟通艺术（选修）", "+3"),
            ("11-12", "未成年人保护法（必修）", "+2"),
            ("11-09", "国家级优课课例 2 个（必修）", "+4"),
            ("11-06", "课例《落花生》观评（必修）", "+3"),
        ],
        "facts": [
            Fact(label="时间", value="11-23、11-24 08:30—16:30"),
            Fact(label="地点", value="实验小学 录播教室"),
            Fact(label="考勤", value="人脸签到，会有抽查"),
        ],
        "courses": [
            ("小学生情绪辅导入门", "林静姝 明湖师范学院", 3, "4 段视频，小测，作业 1 份"),
            ("倾听的技术：和孩子谈一次话", "方若云 省心理健康教育指导中心", 2, "3 段视频，小测"),
            ("《中华人民共和国教育法》解读", "谢柏年 省教师教育研究所", 2, "5 个环节"),
            ("家校沟通中的六个难题", "高启航 明湖市第二实验小学", 3, "5 段视频，小测"),
            ("课堂里坐不住的孩子", "韩沐 东岭师范大学", 3, "4 段视频，案例 2 个"),
            ("校园心理危机的识别与转介", "省教育厅专家组", 2, "2 段视频，文本 3 篇"),
        ],
        "figures": [
            Figure(label="在册教师", value=4286, unit="人", url="#"),
            Figure(label="必修达标", value="54%", note="比日程慢 14 个百分点", url="#", tone="warn"),
            Figure(label="还没选课", value=147, unit="人", note="其中 35 人账号未激活", url="#", tone="late"),
            Figure(label="待审", value=11, unit="件", note="最久等了 3 天", url="#"),
        ],
    }


_HEAT = (
    ("桃源镇初级中学", 168, (88, 21, 12, 46, 4), 133),
    ("沙湾乡九年一贯制学校", 124, (79, 24, 10, 38, 2), 94),
    ("石桥镇中心小学", 142, (91, 31, 15, 52, 6), 98),
    ("青禾县职业中等专业学校", 203, (90, 38, 19, 57, 11), 126),
    ("云台镇初级中学", 157, (97, 49, 26, 70, 13), 80),
    ("柳河镇中心小学", 149, (99, 66, 38, 83, 21), 51),
    ("青禾一中", 412, (100, 71, 36, 86, 24), 119),
    ("青禾县实验小学", 238, (100, 86, 47, 95, 31), 33),
    ("博文学校（民办）", 96, (100, 97, 62, 98, 40), 3),
)
_TOWNS = (
    "云台镇 49",
    "白塔镇 58",
    "北岗乡 63",
    "柳河镇 66",
    "马家集 72",
    "",
    "桃源镇 27",
    "石桥镇 33",
    "城北片 74",
    "城关镇 71",
    "城东片 86",
    "新安镇 57",
    "沙湾乡 24",
    "渡口镇 44",
    "城南片 59",
    "直属校 68",
    "",
    "长岭乡 52",
)


def _office() -> dict[str, object]:
    rows = [
        HeatRow(
            label=label,
            size=size,
            url="#",
            cells=[HeatCell(share=value / 100, url="#", behind=at == 1 and value < 40) for at, value in enumerate(values)],
            open_count=left,
            open_url="#",
        )
        for label, size, values, left in _HEAT
    ]
    tiles = [
        Tile(
            label=town.split()[0],
            share=int(town.split()[1]) / 100,
            row=at // 6 + 1,
            column=at % 6 + 1,
            url="#",
            behind=int(town.split()[1]) < 40,
        )
        for at, town in enumerate(_TOWNS)
        if town
    ]
    real = [0, 1, 2, 4, 6, 8, 9, 11, 13, 16, 19, 21, 23, 25, 28, 31, 33, 35, 38, 41, 44, 46, 48, 50, 53, 54]
    return {
        "funnel": [
            FunnelStep(label="名册", count=4286),
            FunnelStep(label="已激活", count=4251, gap="未激活 35", gap_url="#"),
            FunnelStep(label="已选课", count=4139, gap="未选课 112", gap_url="#"),
            FunnelStep(label="已开始学", count=3982, gap="未开始 157", gap_url="#"),
            FunnelStep(label="必修达标", count=2318, gap="未达标 1,664", gap_url="#"),
            FunnelStep(label="全部达标", count=641, gap="还在学 1,677", gap_url="#", met=True),
        ],
        "heat": rows,
        "heat_columns": ["选课", "必修", "选修", "签到", "研究课"],
        "tiles": tiles,
        "trend": [
            Series(label="实际", values=[*real, *([None] * 10)], end="实际 54%"),
            Series(label="按日程", values=[round(100 * min(1, (n / 35) ** 1.15)) for n in range(36)], role="plan", end="日程"),
        ],
        "spread_labels": ["0", "1–6", "7–12", "13–18", "19–24", "25–30", "31–35", "达标"],
        "spread": [
            Series(
                label="人数",
                values=[304, 268, 471, 836, 1042, 561, 163, 641],
                role="spread",
                tones=("warn", "plain", "plain", "plain", "plain", "plain", "plain", "ok"),
            )
        ],
        "org_path": [Crumb(label="东岭省", url="#"), Crumb(label="明湖市", url="#"), Crumb(label="青禾县")],
        "org_units": [
            Unit(label="城关镇片区", url="#", count=9),
            Unit(label="桃源镇片区", url="#", count=6),
            Unit(label="青禾县实验小学", url="#", note="370902001", count=238),
            Unit(label="青禾一中", url="#", note="370902014", count=412),
        ],
    }


def _review() -> dict[str, object]:
    return {
        "chain": [
            Step(title="本人申请", state="done", who="赵国庆", when="11-12 09:14"),
            Step(title="学校审核", state="done", who="李文华 同意", when="11-13 16:02"),
            Step(title="区县审核", state="now", who="林晓岚", when="等了 3 天"),
            Step(title="市审核", state="next", who="明湖市项目办", when="12-11 前"),
            Step(title="生效", state="next", who="移出名册"),
        ],
        "chain_returned": [
            Step(title="学校申报", state="done", who="韩敏", when="11-15 10:20"),
            Step(title="区县审核", state="returned", who="林晓岚 退回", when="11-18 09:05", note="住院证明缺公章，请补盖后重传"),
            Step(title="市审核", state="next", who="明湖市项目办"),
        ],
        "effects": [
            Effect(label="全县参训人数", now="4,286", then="4,285"),
            Effect(label="必修达标率", now="54.08%", then="54.10%"),
            Effect(label="本人已学", now="9 学时", then="留档，不登记"),
        ],
        "cases": [
            ("赵国庆", "报删", "第二初级中学，初中数学，长期病假", "3 天", True, True),
            ("冯玉兰", "报删", "第二初级中学，初中英语，退休", "3 天", True, False),
            ("牛建军", "报删", "桃源镇初级中学，初中物理，调出", "2 天", False, False),
            ("古丽娜尔·买买提", "报删", "石桥镇中心小学，小学数学，产假", "2 天", False, False),
            ("罗春燕", "延期", "沙湾乡九年一贯制学校，小学语文", "6 小时", False, False),
        ],
        "phrases": ["情况属实，同意上报", "材料不清，请重传", "理由不符合文件规定"],
    }
