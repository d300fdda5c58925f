"""What a teacher and her tutor do in a programme: choose, learn, be tested, hand in, be marked, look where she stands."""

import re

from playwright.sync_api import Page, expect

from tests.e2e import hands, materials
from tests.e2e.driving import picture
from tests.e2e.hands import choose_answers, fill, follow, press
from tests.e2e.office import CHOSEN, PUSHED

RIGHT = ("学生提出、讨论、表决", "对")
LAST_STEP = "写一份公约的制定过程"


def chooses_course(teacher: Page, title: str = CHOSEN) -> None:
    """Choose a course in the school's topic."""
    teacher.goto("/learn/")
    follow(teacher, "去选课")
    choosing = teacher.locator(".yx-course").filter(has_text=title).get_by_role("button", name="选这门")
    choosing.click()
    expect(choosing).to_have_count(0)
    expect(teacher.locator("h1")).to_contain_text("够了")
    picture(teacher, "choose")


def learns(teacher: Page) -> None:
    """Learn both courses to the end: read, watch, answer, be tested, hand in."""
    course(teacher, PUSHED)
    answers(teacher)
    takes_test(teacher)
    course(teacher, CHOSEN)
    hands.play_to_the_end(teacher)
    picture(teacher, "player")
    hands.go_to_step(teacher, "公约不是校规的缩写")
    hands.read_to_the_end(teacher)
    answers(teacher)
    takes_test(teacher)
    hands.come_back_until(teacher, lambda: course(teacher, CHOSEN), headline=LAST_STEP)
    hands_in_homework(teacher)


def course(teacher: Page, title: str) -> None:
    """Go on with a course."""
    teacher.goto("/learn/")
    teacher.locator(".yx-course").filter(has_text=title).get_by_role("link").click()
    teacher.wait_for_url(re.compile(r"/learn/\d+/"))


def answers(teacher: Page) -> None:
    """Answer the questions of the step on the page."""
    choose_answers(teacher, *RIGHT)
    press(teacher, "交答案")
    expect(teacher.locator("#toasts")).to_contain_text("全部答对")


def takes_test(teacher: Page) -> None:
    """Take the test of the step on the page and pass."""
    follow(teacher, "去做")
    press(teacher, "开始测试")
    choose_answers(teacher, *RIGHT)
    press(teacher, "交卷")
    expect(teacher.locator("h1")).to_contain_text("通过了，100 分")


def hands_in_homework(teacher: Page) -> None:
    """Write and hand in."""
    follow(teacher, "去做")
    fill(teacher, text=materials.ANSWER)
    press(teacher, "交作业")
    expect(teacher.locator("h1")).to_contain_text("作业已交")


def accepts_homework(tutor: Page, name: str) -> None:
    """Mark what a teacher handed in."""
    hands.wear(tutor, "指导教师")
    tutor.goto("/assessment/marking/")
    follow(tutor, name)
    picture(tutor, "marking")
    press(tutor, "批这一份")
    fill(tutor, score="92", comment="场面具体，表决的过程写得清楚。")
    press(tutor, "给分并看下一份")
    expect(tutor.locator("h1")).to_have_text("没有待批的作业")


def standing(teacher: Page) -> str:
    """The headline of one's own standing."""
    teacher.goto("/standing/")
    return teacher.locator("h1").inner_text()
