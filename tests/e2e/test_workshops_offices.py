"""Offices around workshops: a school that plans, takes a resource into its library and follows its community; a host of the province."""

import re

from playwright.sync_api import Page, expect

from tests.e2e import hands
from tests.e2e.driving import PHONE, look, look_wide_and_narrow
from tests.e2e.hands import fill, follow, press


def test_a_school_plans_and_reviews(site, spaces, new_page):
    with new_page() as admin, new_page(viewport=PHONE) as teacher:
        hands.arrive(admin, site, spaces["admin"])
        hands.arrive(teacher, site, spaces["inside"])
        admin.goto("/fieldwork/plans/units/")
        press(admin, "开始写")
        plans(admin, goals="一校一案：每周一次同科同备，人人上好一节研究课。", extra="请专家进校听课两次")
        look_wide_and_narrow(admin, "plans-school")
        takes_it_up(teacher)
        admin.get_by_role("link", name="看大家的进度").click()
        expect(admin.locator("tr").filter(has_text=spaces["colleague"])).to_contain_text("第 1 版")
        look_wide_and_narrow(admin, "plans-people")
        hands_a_resource_in(teacher)
        reviews(admin)
        talk_in_their_community(admin, teacher, spaces)
        teacher.goto("/space/")
        look(teacher, "own-space-phone")


def plans(page: Page, *, goals: str, extra: str) -> None:
    """Write goals and one item more; the draft outlives a reload; publish."""
    fill(page, goals=goals)
    press(page, "加一项")
    page.locator("[name^=label_]").last.fill(extra)
    expect(page.get_by_role("status").filter(has_text="已存")).to_be_visible()
    page.reload()
    expect(page.locator("[name=goals]")).to_have_value(goals)
    press(page, "发布计划")
    expect(page.locator("h1")).to_contain_text("项做完")


def takes_it_up(teacher: Page) -> None:
    """The school's items come into the own plan; she adds one, publishes it and ticks it."""
    teacher.goto("/space/")
    look(teacher, "own-space-empty-phone")
    teacher.get_by_role("link", name="去订计划").click()
    press(teacher, "开始订计划")
    expect(teacher.locator("#main")).to_contain_text("上级计划的事项都写进来了")
    look(teacher, "plans-editor-phone")
    plans(teacher, goals="把提问等待做扎实：每次默数三秒，记下举手的人数。", extra="请备课组长听一节课")
    press(teacher, "做完了")
    expect(teacher.get_by_role("button", name="取消标记")).to_be_visible()
    look(teacher, "plans-own-phone")


def hands_a_resource_in(teacher: Page) -> None:
    """A resource is written, finished and handed to the school's library."""
    teacher.goto("/catalogue/resources/new/")
    fill(teacher, title="《背影》三级问题链", source="一问看见什么，二问为什么写背影，三问你有没有这样的时候。")
    for name, value in (("kind", None), ("stage", "初中"), ("subject", "语文")):
        field = teacher.locator(f"select[name={name}]")
        if field.count():
            field.select_option(label=value) if value else field.select_option(index=1)
    press(teacher, "存下，去传附件")
    look(teacher, "resource-draft-phone")
    teacher.locator("[name=is_declared]").check()
    press(teacher, "定稿")
    teacher.get_by_role("button", name=re.compile("^送|^交")).first.click()
    expect(teacher.locator("#main")).to_contain_text("送审，等着")
    look(teacher, "resource-phone")


def reviews(admin: Page) -> None:
    """The school finds it in its inbox and lets it onto the shelf; the library shows it."""
    admin.goto("/approvals/")
    follow(admin, "《背影》三级问题链")
    look_wide_and_narrow(admin, "approvals")
    press(admin, "同意")
    admin.goto("/")
    follow(admin, "资源库")
    expect(admin.locator("#main")).to_contain_text("《背影》三级问题链")
    look_wide_and_narrow(admin, "library")


def talk_in_their_community(admin: Page, teacher: Page, spaces: dict) -> None:
    """The school's community stands by itself, its teachers seated: one speaks there, the administrator follows and may keep order."""
    teacher.goto("/workshops/")
    follow(teacher, spaces["community_title"])
    expect(teacher.locator("h1")).to_have_text(spaces["community_title"])
    look(teacher, "community-phone")
    teacher.goto(f"/workshops/{spaces['community']}/discussions/")
    fill(teacher, title="周三同备先说哪一课", source="建议先备《背影》，各班学情差得多，先把学生的提问收上来。")
    press(teacher, "发起研讨")
    expect(teacher.locator("h1")).to_contain_text("周三同备先说哪一课")
    admin.goto("/")
    follow(admin, "工作坊与社区")
    look_wide_and_narrow(admin, "community-listed")
    follow(admin, spaces["community_title"])
    follow(admin, "周三同备先说哪一课")
    expect(admin.get_by_role("link", name="处理")).to_be_visible()
    look_wide_and_narrow(admin, "community-thread")


def test_a_host_of_the_province(site, spaces, new_page):
    with new_page() as province, new_page() as city:
        hands.arrive(province, site, spaces["province"])
        hands.arrive(city, site, spaces["city"])
        designs_a_theme(province, spaces)
        province.goto(f"/workshops/tree/{spaces['programme']}/?stage=初中&subject=语文")
        for title in (spaces["top_title"], spaces["low_title"], spaces["other_title"]):
            expect(province.locator(".yx-tree").first).to_contain_text(title)
        look_wide_and_narrow(province, "tree")
        city.goto(f"/workshops/{spaces['middle']}/lower/")
        expect(city.locator("h1")).to_contain_text("2 个下级坊，还有 2 个没有跟进")
        look_wide_and_narrow(city, "lower")
        for title in (spaces["low_title"], spaces["other_title"]):
            visits(city, spaces, title)
        expect(city.locator("h1")).to_contain_text("2 个下级坊都跟进到了")
        province.goto(f"/workshops/{spaces['top']}/lower/")
        look_wide_and_narrow(province, "lower-province")
        selects(province, spaces)
        province.goto(f"/workshops/{spaces['top']}/")
        look_wide_and_narrow(province, "subject-home")


def designs_a_theme(province: Page, spaces: dict) -> None:
    """A theme for all levels below; a round for each level of the tree."""
    province.goto(f"/workshops/{spaces['top']}/cases/")
    look_wide_and_narrow(province, "cases")
    province.goto(f"/workshops/{spaces['top']}/cases/new/")
    fill(
        province, title="课堂真问题的解决", source="写清问题、做法、证据和反思；真实姓名换成化名，三千字以内。",
        opens_on=spaces["today"], closes_on=spaces["in_ten_days"],
    )  # fmt: skip
    look_wide_and_narrow(province, "theme")
    press(province, "发布主题")
    expect(province.locator("h1")).to_be_visible()
    expect(province.locator("#main")).to_contain_text("课堂真问题的解决")
    look_wide_and_narrow(province, "theme-published")


def visits(city: Page, spaces: dict, title: str) -> None:
    """Look into a workshop below and note what was seen; the coverage follows."""
    city.goto(f"/workshops/{spaces['middle']}/lower/")
    city.locator("tr").filter(has_text=title).get_by_role("link", name=re.compile("看坊")).click()
    city.locator("[name=words]").fill("看了本周两帖，追问写得具体；建议下期简报把学生原话单列一栏。")
    city.locator("#main form").filter(has=city.locator("[name=words]")).get_by_role("button").first.click()
    city.goto(f"/workshops/{spaces['middle']}/lower/")


def selects(province: Page, spaces: dict) -> None:
    """Of what came up, without names, one is judged, selected and published; the shelf shows it."""
    province.goto(f"/workshops/cases/rounds/{spaces['last_round']}/")
    expect(province.locator("h1")).to_contain_text("3 件到最后一轮，已选 0 件")
    look_wide_and_narrow(province, "last-round")
    follow(province, spaces["best_case"])
    fill(province, score="92", words="证据扎实：每一稿都写清了学生怎样答。")
    look_wide_and_narrow(province, "judge")
    press(province, "记分")
    expect(province.locator("h1")).not_to_have_text(spaces["best_case"])
    province.goto(f"/workshops/cases/rounds/{spaces['last_round']}/")
    row = province.locator("tr").filter(has_text=spaces["best_case"])
    row.locator("summary").click()
    row.locator("[name=words]").fill("三稿两磨，追问落到学生身上")
    look_wide_and_narrow(province, "selecting")
    row.get_by_role("button", name=re.compile("^选入")).click()
    expect(province.locator("h1")).to_contain_text("已选 1 件")
    press(province, "公布入选")
    expect(province.locator("#main")).to_contain_text(spaces["best_case"])
    look_wide_and_narrow(province, "case-shelf")
