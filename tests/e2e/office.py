"""How an office and a school set a programme going: from the first account to a school's topic. Everything through pages and commands."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from playwright.sync_api import Page, expect

from tests.e2e import hands, materials
from tests.e2e.driving import check_accessible, picture
from tests.e2e.hands import Slip, fill, follow, press
from tests.e2e.strangers import Footprints
from tests.people.factories import identity_number
from yanxiu.demo.media import Media

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
COUNTY = "370783"
SCHOOL, OTHER_SCHOOL = "寿光市育英学校", "寿光市滨海中学"
TITLE = "互联网+教师专业发展研修"
TOPIC, CHOSEN, PUSHED = "班级管理", "班级公约的制定", "有效观说课的方法与技术"
STAFF = {"赵静": "语文", "陈立": "数学", "李雷": "数学", "周杰": "物理", "吴敏": "英语", "郑华": "化学", "何苗": "生物"}
STRANGER, AUTHOR, REVIEWER = "孙海", "林远", "孟涵"


@dataclass(frozen=True, kw_only=True)
class Running:
    """A programme that runs: the pages of the office and of the school's administrator, and the printed slips by name, the addresses used."""

    office: Page
    admin: Page
    slips: Mapping[str, Slip]
    trail: Footprints


def set_going(site, office: Page, admin: Page, *, film: Media, trail: Footprints) -> Running:
    """Do everything that comes before the teachers: units, plan, courses, roster, appointments, slips, topic."""
    hands.activate(office, first_office(site))
    registers_schools(office)
    publishes_the_shipped_plan(office)
    publishes_again(office, choosing="topics", reason="把选专题提前到今天")
    writes_courses(office, film)
    offers(office, PUSHED, place=PUSHED)
    offers(office, CHOSEN, place=TOPIC)
    imports_roster(office, SCHOOL, STAFF)
    imports_roster(office, OTHER_SCHOOL, {STRANGER: "化学", AUTHOR: "语文", REVIEWER: "语文"})
    appoints(office, "赵静", role="school_admin")
    appoints(office, "陈立", role="tutor")
    enrols(office)
    stranger = slip_for(office, STRANGER)
    hands.activate(admin, slip_for(office, "赵静"))
    says_what_she_needs(admin)
    hands.wear(admin, "学校管理员")
    slips = prints_slips(admin)
    chooses_topic(admin)
    publishes_again(office, choosing="courses", reason="学校都选好了，教师选课提前到今天")
    return Running(office=office, admin=admin, slips={**slips, STRANGER: stranger}, trail=trail)


def first_office(site) -> Slip:
    """The first office of an installation comes from the command line."""
    site.yanxiu("load_regions")
    said = site.yanxiu("appoint", "county_admin", COUNTY, "--name", "周敏").stdout
    username, code = re.search(r"账号 (\S+)\s+激活码 (\S+)", said).groups()
    return Slip(name="周敏", username=username, code=code)


def registers_schools(office: Page) -> None:
    """Register two schools below the county."""
    for name in (SCHOOL, OTHER_SCHOOL):
        office.goto("/units/")
        follow(office, "登记下级单位")
        fill(office, name=name)
        office.get_by_label("高中", exact=True).check()
        press(office, "登记")
        expect(office.locator("#toasts")).to_contain_text("已登记")


def publishes_the_shipped_plan(office: Page) -> None:
    """Publish 000b as it is shipped, with its masked months filled in."""
    office.goto("/programmes/new/")
    fill(office, title=TITLE, code="e2e")
    office.locator("select[name=shipped]").select_option("000b")
    press(office, "建方案")
    fill(office, param_Y=str(today().year), param_M0="10", param_ME="1")
    press(office, "存草稿并核对")
    expect(office.locator("h1")).to_contain_text("第 1 版草稿可以发布")
    picture(office, "plan-draft")
    press(office, "发布第 1 版")
    expect(office.locator("#toasts")).to_contain_text("第 1 版已发布")


def publishes_again(office: Page, *, choosing: str, reason: str) -> None:
    """Publish a version whose days suit today, and move whoever takes part."""
    programme(office)
    follow(office, "写新版")
    fill(office, source=materials.plan_for_days(today(), title=TITLE, choosing=choosing))
    press(office, "存草稿并核对")
    expect(office.locator("h1")).to_contain_text("版草稿可以发布")
    fill(office, reason=reason)
    office.locator("input[name=move]").check()
    press(office, "发布第")
    expect(office.locator("#toasts")).to_contain_text("版已发布")


def writes_courses(office: Page, film) -> None:
    """Write and publish two courses, one of them with a film."""
    drafts(office, CHOSEN, topic=TOPIC)
    adds(office, "视频", title="从一个场面开始", film=film.path, captions=film.captions, poster=film.poster)
    adds(office, "阅读", title="公约不是校规的缩写", source=materials.READING)
    adds(office, "回馈题", title="想一想", questions=materials.QUESTIONS)
    adds(office, "测试", title="课程测试", questions=materials.QUESTIONS)
    adds(office, "作业", title="写一份公约的制定过程", task=materials.TASK, amount_text="60")
    publishes_course(office)
    drafts(office, PUSHED, topic="")
    adds(office, "回馈题", title="带着问题进课堂", questions=materials.QUESTIONS)
    adds(office, "测试", title="小测", questions=materials.QUESTIONS)
    publishes_course(office)


def drafts(office: Page, title: str, *, topic: str) -> None:
    """Begin a course."""
    office.goto("/catalogue/courses/new/")
    fill(office, title=title, topic=topic, hours="1", summary="从一个真实的场面出发，和学生一起定下做得到的约定。", lecturer="谢柏年")
    office.get_by_label("高中", exact=True).check()
    press(office, "存草稿")


def adds(office: Page, kind: str, **given) -> None:
    """Add a step to the course on the page; `given` are its fields."""
    office.locator(".yx-kinds").get_by_role("link", name=re.compile(f"^{kind}")).click()
    for name, value in given.items():
        field = office.locator(f"[name={name}]:not([type=hidden])")
        if field.get_attribute("type") == "file":
            field.set_input_files(value)
        else:
            field.fill(value)
    press(office, "存环节")  # files go ahead; the form follows them by itself
    expect(office.locator("#toasts")).to_contain_text("个环节已存", timeout=30_000)


def publishes_course(office: Page) -> None:
    """Publish the draft in the editor."""
    office.locator("#main").get_by_role("link", name="看课程页").or_(office.get_by_role("link", name="去送审")).click()
    press(office, "发布")
    expect(office.locator("#toasts")).to_contain_text("发布")


def offers(office: Page, title: str, *, place: str) -> None:
    """List a course in the programme."""
    programme(office)
    follow(office, "看目录")
    office.locator("form[role=search] input[name=q]").last.fill(title)
    office.locator("form[role=search]").last.get_by_role("button").click()
    form = office.locator("form:has(select[name=place])").filter(has_text=title)
    options = form.locator("option").all_inner_texts()
    form.locator("select").select_option(label=next(option for option in options if place in option))
    form.get_by_role("button").click()


def imports_roster(office: Page, school: str, people: Mapping[str, str]) -> None:
    """Import a workbook at the county: first the preview, then the import."""
    rows = [(name, identity_number(), f"T{number:03d}", subject) for number, (name, subject) in enumerate(people.items(), start=1)]
    office.goto("/teachers/import/")
    workbook = {"name": f"{school}名册.xlsx", "mimeType": XLSX, "buffer": materials.roster(school, rows)}
    office.locator("input[type=file]").set_input_files(workbook)
    press(office, "看预览")
    expect(office.locator("h1")).to_have_text(f"可以导入 {len(rows)} 行")
    picture(office, "roster-preview")
    press(office, f"导入 {len(rows)} 行")
    expect(office.locator("h1")).to_contain_text(f"收下 {len(rows)} 行")


def appoints(office: Page, name: str, *, role: str, school: str = SCHOOL) -> None:
    """Give somebody a role in a school; without one, in the county."""
    unit = ""
    if school:
        office.goto("/units/")
        follow(office, school)
        unit = office.url.rpartition("=")[2]
    office.goto(f"/appointments/new/?unit={unit}&q={name}")
    office.locator("select[name=role]").select_option(role)
    person = office.locator("select[name=person]")
    person.select_option(label=next(option for option in person.locator("option").all_inner_texts() if name in option))
    press(office, "任命")
    expect(office.locator("#toasts")).to_contain_text("已任命")


def enrols(office: Page) -> None:
    """Let all teachers of the school take part."""
    programme(office)
    follow(office, "参训")
    for school in (SCHOOL,):
        office.get_by_label(school).check()
    press(office, "看会怎样")
    office.get_by_role("button", name=re.compile("人参训$")).click()
    expect(office.locator("#toasts")).to_contain_text("参训")


def slip_for(office: Page, name: str) -> Slip:
    """Print one slip."""
    office.goto(f"/teachers/?q={name}")
    office.get_by_label(f"选{name}").check()
    with office.expect_popup() as opened:
        press(office, "发激活条")
    slips = hands.slips_on(opened.value)
    opened.value.close()
    return slips[name]


def prints_slips(admin: Page) -> dict[str, Slip]:
    """Print the slips of all who wait for activation."""
    admin.goto("/teachers/")
    with admin.expect_popup() as opened:
        press(admin, "给没激活的")
    slips = hands.slips_on(opened.value)
    check_accessible(opened.value)
    opened.value.close()
    return slips


def says_what_she_needs(teacher: Page) -> None:
    """Answer the needs survey, which the plan puts before the choice of topics; the administrator is a teacher too."""
    hands.wear(teacher, "参训教师")
    hands.choose_menu(teacher, "选课")
    teacher.get_by_label(TOPIC).check()
    press(teacher, "存我的需求")
    expect(teacher.locator("#toasts")).to_contain_text("需求已存")


def chooses_topic(admin: Page) -> None:
    """Decide on the school's topic."""
    hands.choose_menu(admin, "选专题")
    admin.get_by_label(TOPIC).check()
    press(admin, "定下专题")
    expect(admin.locator("#toasts")).to_contain_text("专题已定")


def settles(office: Page) -> None:
    """Settle: the worker does it while the page shows how far it is."""
    office.goto("/settlements/")
    follow(office, TITLE)
    press(office, "结算")
    expect(office.locator("#main")).to_contain_text("新记", timeout=20_000)
    picture(office, "settlement")


def issues_certificates(office: Page) -> None:
    """Give a certificate to all who passed."""
    office.goto("/settlements/")
    follow(office, TITLE)
    expect(office.locator("h1")).to_contain_text("1 人合格")
    press(office, "发给全部合格者")
    expect(office.locator("#toasts")).to_contain_text("发出 1 份证书")


def programme(page: Page) -> None:
    """Open the page of the programme."""
    page.goto("/programmes/")
    follow(page, TITLE)


def today() -> date:
    """The day in Shanghai."""
    return datetime.now(ZoneInfo("Asia/Shanghai")).date()
