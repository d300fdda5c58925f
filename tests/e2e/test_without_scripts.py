"""A teacher whose browser runs no scripts: everything works except playing."""

import re

from playwright.sync_api import expect

from tests.e2e import hands, learner, office
from tests.e2e.driving import picture
from tests.e2e.hands import press


def test_teacher_gets_on_without_javascript(programme, bare):
    slip = programme.slips["周杰"]
    hands.activate(bare, slip)
    bare.locator("summary[aria-label$=账号]").click()
    press(bare, "退出登录")
    hands.sign_in(bare, slip.username)
    before = learner.standing(bare)

    learner.chooses_course(bare)
    learner.course(bare, office.CHOSEN)
    hands.go_to_step(bare, "公约不是校规的缩写")
    hands.read_to_the_end(bare)
    hands.go_to_step(bare, "想一想")
    learner.answers(bare)
    hands.go_to_step(bare, "课程测试")
    learner.takes_test(bare)
    hands.come_back_until(bare, lambda: learner.course(bare, office.CHOSEN), words="完成 3 / 5")
    assert learner.standing(bare) == before, "three of five steps are no hour yet"
    learner.course(bare, office.CHOSEN)
    expect(bare.locator(".yx-card-note").filter(has_text=re.compile(r"完成 3 / 5"))).to_be_visible()
    picture(bare, "without-scripts")
