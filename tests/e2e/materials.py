"""What people bring to the journeys: a plan with dates around today, a roster as a workbook, a short film with captions."""

import io
import re
import struct
from datetime import date, timedelta
from pathlib import Path

from openpyxl import Workbook

from tests.e2e.site import ROOT
from yanxiu.demo.media import Media, make_video
from yanxiu.demo.slides import Script, Slide, pictures

PLAN = ROOT / "plans" / "000b.yaml"
QUESTIONS = """1. 制定班级公约时，哪种做法更有利于学生自觉遵守？
A. 班主任宣布，学生抄写
B. 学生提出、讨论、表决，全班签名
C. 照搬上一届的公约
答案：B
解析：自己参与定下的约定，更愿意遵守。
2. 公约定下以后可以按学期修订。
答案：对
解析：按约定的程序修订，公约才不会成为摆设。
"""
READING = """## 公约不是校规的缩写

校规由学校制定，管的是底线；公约由全班商量，说的是我们想成为怎样的集体。

- 条目不宜多，五到七条，每条写成看得见的行为
- 每条都有人提出、有人补充，最后全班表决
- 张贴的公约旁边留一栏，写上哪一条做到了
"""
TASK = "为自己的班级写一份公约的制定过程：怎样发动学生提出条目，怎样讨论、表决，怎样检查。写清楚一个具体的场面。"
ANSWER = (
    "周一班会我只提一个问题：上周哪一刻让你觉得这个班真好。学生写在便签上，贴满一块黑板，我们按意思归成五堆。"
    "每堆请一个小组改写成一条看得见的行为，例如“别人发言时看着他”。周三逐条讨论，赞成的举手，反对的说理由，改到没有人反对为止。"
    "周五全班签名，贴在门边。每周五留三分钟，由值日组长说出哪一条做到了、凭什么这样说；没有做到的只议办法，不点名。"
)


def plan_for_days(today: date, *, title: str, choosing: str) -> str:
    """000b with its shape kept and its size cut: a pushed course and a chosen one, an hour each, qualify.

    `choosing` says what today is for: "topics" by the school, teachers from tomorrow; or "courses", the school's days being past.
    Study is open today, and the lock moves to the day of joint study, so that choosing and studying fit into one day. A hall is open
    today too, at any hour: joint study as the shipped plan has it ends with the working day.
    """
    first, end, joint = today - timedelta(days=9), today + timedelta(days=40), today + timedelta(days=21)
    turn = today if choosing == "topics" else today - timedelta(days=1)
    text = PLAN.read_text(encoding="utf-8")
    text = _put(text, r"  title: 育英学校.*", f"  title: {title}")
    text = _put(text, r'  year: ".*', f"  year: {today.year}")
    text = _put(text, r"  # months are masked.*\n  params: .*\n", "")
    days = {
        "topics": (first, turn), "courses": (turn + timedelta(days=1), joint - timedelta(days=1)), "compulsory": (first, end),
        "elective": (first, end), "together": (joint, joint),
    }  # fmt: skip
    for key, (start, stop) in days.items():
        text = _put(text, rf'(\{{id: {key}, .*?)from: "[^"]*", to: "[^"]*"', rf"\g<1>from: {start}, to: {stop}")
    hall = f'  - {{id: hall, label: 集中观课, from: "{turn}", to: "{turn + timedelta(days=2)}", for: [learner], do: [attend]}}\n'
    text = text.replace("enrol:\n", hall + "enrol:\n", 1)
    text = _put(
        text, r"attend: \[(\{window: together.*\})\]", r"attend: [\g<1>, {id: in_hall, window: hall, hours: any, by: [code, spot_check]}]"
    )
    text = _put(text, r', credit_cutoff: "\$\{Y\}-12-31"', "")
    text = text.replace("lock_at: compulsory.from", "lock_at: together.from").replace("min_hours: 14", "min_hours: 1")
    text = re.sub(r"  - \{id: (national|casework|law), label: [^\n]*\n(?:     [^\n]*\n)*", "", text)
    text = re.sub(r"  - \{id: lesson, label: 一人一节研究课[^\n]*\n", "", text)
    text = _put(text, r"(id: methods, .*)hours: 2,", r"\g<1>hours: 1,")
    text = _put(text, r"catalogue_min_hours: 200", "catalogue_min_hours: 1")
    text = _put(text, r"of: \[national, methods, casework, law\], hours: 22", "of: [methods], hours: 1")
    text = _put(text, r"of: \[national, methods, casework, law, electives\], hours: 36", "of: [methods, electives], hours: 2")
    text = _put(text, r"blocks: \[national, methods, casework\]", "blocks: [methods]")
    text = _put(text, r"blocks: \[law, electives\]", "blocks: [electives]")
    return text + 'certs: [{id: finished, label: 研修合格证书, if: learner, issued_by: 县, clause: "000b L56"}]\n'


def _put(text: str, old: str, new: str) -> str:
    changed, count = re.subn(old, new, text)
    assert count == 1, f"{PLAN.name} has {count} places like {old}"
    return changed


def roster(school: str, people: list[tuple[str, str, str, str]]) -> bytes:
    """A workbook as schools send it: a title row, odd headings, (name, identity, staff number, subject) of senior-high teachers."""
    book = Workbook()
    sheet = book.active
    sheet.title = "教师名册"
    sheet.append([f"{school} 2026 年教师名册"])
    sheet.merge_cells("A1:F1")
    sheet.append(["姓 名", "身份证号码", "工号", "所在学校", "任教学段", "任教学科"])
    for name, identity, number, subject in people:
        sheet.append([name, identity, number, school, "高中", subject])
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def film(folder: Path, *, sentences: int = 3) -> Media:
    """A real film with chime, captions and poster: 24 seconds; 16 with one sentence."""
    return make_video(_script(sentences), path=folder / "班级公约.mp4")


def swollen(path: Path, *, megabytes: int) -> Path:
    """Let a film weigh what films weigh: with a box behind the pictures that players skip."""
    empty = megabytes * 1024 * 1024
    with path.open("ab") as film:
        film.write(struct.pack(">I4s", 8 + empty, b"free") + bytes(empty))
    return path


def handout(path: Path) -> Path:
    """A PDF of some pages of Chinese."""
    first, *others = (image.convert("RGB") for _, image in pictures(_script(3)))
    first.save(path, format="PDF", save_all=True, append_images=others)
    return path


def _script(sentences: int) -> Script:
    told = (
        "只问一个问题：上周哪一刻，让你觉得这个班真好。",
        "学生写下来，贴满一块黑板。",
        "按意思归堆，每堆改写成一条看得见的行为。",
    )
    slides = (Slide(title="从一个场面开始", sentences=told[:sentences]),)
    return Script(title="班级公约怎样定", speaker="谢柏年", series="班级管理", slides=slides)
