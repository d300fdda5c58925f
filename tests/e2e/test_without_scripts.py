"""Browsers that run no scripts: everything works except playing, for teachers, hosts, schools and offices."""

import re
from contextlib import ExitStack

import pytest
from playwright.sync_api import Page, expect

from tests.e2e import hands, learner, office
from tests.e2e.driving import picture
from tests.e2e.hands import fill, follow, headline, press
from yanxiu.demo import modular

SEEN = "第二小组四个人围着一张图，先指后说，用了两分半钟。老师在第十一分钟问“你怎么知道它是直的”，等了四秒，有两个学生开始描点。" * 12
WATCHED = "陈老师读完第六段，停了八秒，问父亲为什么要自己去买橘子。平时不说话的小周第一个举手，后面三个人接着她的话说下去。" * 12
HATS = {"已达标的教师": "参训教师", "还没选课的教师": "参训教师", "工作坊主持人": "主持人"}


def test_teacher_gets_on_without_javascript(programme, bare):
    slip = programme.slips["周杰"]
    hands.activate(bare, slip)
    bare.locator("summary[aria-label$=账号]").click()
    press(bare, "退出登录")
    hands.sign_in(bare, slip.username)
    hands.come_back_until(bare, lambda: learner.standing(bare), headline="还差")
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


@pytest.fixture
def member(town, new_page):
    """`member(title)`: one of the demo town's cast under her hat, in a browser that runs no scripts."""
    with ExitStack() as stack:

        def come_in(title: str) -> Page:
            page = stack.enter_context(new_page(at=town.site, javascript=False))
            hands.sign_in(page, town.accounts[title], town.password)
            hands.wear(page, HATS.get(title, title))
            return page

        yield come_in


def test_teacher_chooses_and_takes_back(member):
    teacher = member("还没选课的教师")
    teacher.goto("/learn/")
    follow(teacher, "去选课")
    before = headline(teacher)

    teacher.get_by_role("button", name="选这门").first.click()

    assert headline(teacher) != before
    assert re.match(r"再选 \d+ 学时就够了", headline(teacher))


def test_teacher_reports_an_observation(member):
    teacher = member("参训教师")
    teacher.goto("/learn/")
    teacher.locator(".yx-course").filter(has_text="交观课报告").first.get_by_role("link").click()
    follow(teacher, "写观课报告")
    for name in {one.get_attribute("name") for one in teacher.locator("#main input[type=radio]").all()}:
        teacher.locator(f'input[name="{name}"]').first.check()
    fill(teacher, report="太短")
    press(teacher, "交报告")
    expect(teacher.locator("#main")).to_contain_text("还差")  # what was chosen and written is still there

    fill(teacher, report=WATCHED)
    press(teacher, "交报告")

    assert headline(teacher).startswith("观课报告已交")


def test_teacher_hands_in_homework(member):
    teacher = member("参训教师")
    teacher.goto("/learn/")
    teacher.locator(".yx-course").filter(has_text="课堂提问与追问").get_by_role("link").click()
    hands.go_to_step(teacher, "一次追问的案例")
    follow(teacher, "去做")
    fill(teacher, text=SEEN)
    press(teacher, "存草稿")
    expect(teacher.locator("[name=text]")).to_have_value(SEEN)

    press(teacher, "交作业")

    assert headline(teacher) == "作业已交，等指导教师批阅"


def test_teacher_speaks_in_a_workshop(member):
    teacher = member("参训教师")
    teacher.goto("/workshops/")
    teacher.get_by_role("link", name="进坊").first.click()
    follow(teacher, "研讨")
    fill(teacher, title="追问以后等几秒", source="这周我试着在追问以后等四秒，学生的话多了一倍。大家等几秒？")
    press(teacher, "发起研讨")
    assert headline(teacher) == "追问以后等几秒"

    fill(teacher, source="补充一点：等的时候我看着黑板，不看学生。")
    press(teacher, "发出回帖")

    expect(teacher.locator("#main")).to_contain_text("不看学生")


def test_host_lets_in_answers_and_publishes(member):
    host = member("工作坊主持人")
    home = re.match(r".*(/workshops/\d+/)", host.url)[1]
    host.goto(f"{home}requests/")
    asked = host.locator("#main tbody tr").count()
    host.locator("#main tbody input[type=checkbox]").first.check()
    press(host, "通过")
    assert host.locator("#main tbody tr").count() == asked - 1

    host.goto(f"{home}questions/?show=waiting")
    host.locator("#main .yx-card a").first.click()
    fill(host, source="先定一个问题，只看一组学生，记他们做了什么、等了几秒。")
    press(host, "发出回答")
    expect(host.locator("#main")).to_contain_text("只看一组学生")

    host.goto(f"{home}write/briefing/")
    fill(host, title="第三周：等的四秒", source="这周二十一位老师记了等待时间。")
    press(host, "发布")
    expect(host.locator("#toasts")).to_contain_text("已发布")


def test_school_prints_slips(member):
    admin = member("学校管理员")
    admin.goto("/teachers/")
    with admin.expect_popup() as opened:
        press(admin, "给没激活的")

    assert hands.slips_on(opened.value)


def test_office_imports_a_roster_and_takes_it_back(member):
    county = member("县级管理员")
    office.imports_roster(county, "青禾县第一中学", {"陶然": "语文", "夏青": "数学"})

    press(county, "撤回导入")

    expect(county.locator("#main, #toasts").first).to_contain_text("撤回")
    county.goto("/teachers/?q=陶然")
    expect(county.locator("#main")).not_to_contain_text("青禾县第一中学")


def test_office_settles_and_a_stranger_verifies(member, town, new_page):
    county = member("县级管理员")
    county.goto("/settlements/")
    follow(county, "教师网络研修")
    press(county, "结算")
    hands.come_back_until(county, county.reload, headline="人合格", words="再结算一次也不会多记")
    press(county, "发给全部合格者")
    expect(county.locator("#toasts")).to_contain_text("份证书")

    teacher = member("已达标的教师")
    teacher.goto("/ledger/")
    teacher.get_by_role("link", name="核验页").first.click()
    code = teacher.url.rstrip("/").rpartition("/")[2]
    with new_page(at=town.site, javascript=False) as stranger:
        stranger.goto("/verify/")
        fill(stranger, number=code)
        press(stranger, "核验")

        assert headline(stranger) == "这份证书有效"


def test_teacher_meets_every_kind_of_step_within_two_clicks(member):
    """From today's list to the course of modules, and from there to each of its steps."""
    course = modular.courses()[0]
    titles = [step.title for module in course.modules for step in module.steps]
    teacher = member("参训教师")

    teacher.locator("#main .yx-task, #main li").filter(has_text=course.title).get_by_role("link").last.click()
    listed = teacher.locator(".yx-legs a")

    assert [one for one in titles if one not in " ".join(listed.all_inner_texts())] == []
    for address in [one.get_attribute("href") for one in listed.all()]:
        answer = teacher.goto(address)
        assert answer.ok
        assert any(title in headline(teacher) for title in titles), address
