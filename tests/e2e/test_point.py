"""A teaching point: the package goes there, its teachers study without a line, and everything is at the centre afterwards, once.

One watches a film and reads a text; another works through a SCORM package, which is played from the point's own second origin.
"""

import re

import pytest
from playwright.sync_api import expect

from tests.e2e import hands, learner
from tests.e2e import site as installation
from tests.e2e.driving import PHONE, check_accessible, check_fits, picture
from tests.e2e.hands import Slip, fill, follow, press

POINT = "松岭教学点"
WATCHED_MS = 12_000
MODULAR, DRILL = "课堂提问与追问", "追问练一练"
RIGHT = (0, 1, 1, 2)  # the places of the right answers of the drill (demo/content/package)


@pytest.fixture
def point_site(tmp_path, fresh):
    """A second machine without any data, not yet running."""
    prepared = installation.prepare(tmp_path / "point", fresh=fresh)
    started = []
    yield prepared, started
    for process in started:
        installation.stop(process)


def test_study_without_a_line_comes_back_once(town, point_site, new_page, tmp_path):
    there, started = point_site
    with new_page(at=town.site) as office:
        hands.sign_in(office, town.accounts["县级管理员"], town.password)
        hands.wear(office, "县级管理员")
        opens_point(office)
        assigns_schools(office)
        package = takes_package(office, tmp_path)
        code, slips = reads_codes(office)

    refused = there.yanxiu("point", "load", str(package), "--code", "AAAA-AAAA-AAAA-AAAA", check=False)
    assert refused.returncode == 1
    assert "开包码不对" in refused.stderr
    assert "第 1 个课程包已装好" in there.yanxiu("point", "load", str(package), "--code", code).stdout
    town.stop()
    try:
        started.append(installation.start(there))
        teacher, *others = slips.values()
        with new_page(at=there, viewport=PHONE) as keen, new_page(at=there, viewport=PHONE) as phone:
            begins_package(keen, others)
            hands.activate(phone, teacher)
            studied = watches(phone)
            completes_package(keen)
        cut_off = there.yanxiu("point", "sync", check=False)
        assert cut_off.returncode == 1
        assert "连不上" in cut_off.stderr
    finally:
        town.start()

    assert "已与中心同步" in there.yanxiu("point", "sync").stdout
    assert "已与中心同步" in there.yanxiu("point", "sync").stdout
    bundle, reply = tmp_path / "again.yanxiu-sync", tmp_path / "reply.yanxiu-sync"
    there.yanxiu("point", "export", "--out", str(bundle))
    said = town.site.yanxiu("point", "receive", str(bundle), "--out", str(reply)).stdout
    assert "新增 0 秒" in said
    assert "回执已装入" in there.yanxiu("point", "reply", str(reply)).stdout

    with new_page(at=town.site) as office:
        hands.sign_in(office, town.accounts["县级管理员"], town.password)
        hands.wear(office, "县级管理员")
        points_page(office)
        expect(office.locator("tr").filter(has_text=POINT).first).to_contain_text("新增 0 秒，完成 0 个环节")  # the one by hand
        check_accessible(office)
        picture(office, "points-synced")
        follow(office, "开包码和激活条")
        rows = office.locator("tbody tr")
        expect(rows).to_have_count(3)
        came = [row.locator("td").all_inner_texts()[1:3] for row in reversed(rows.all())]
        assert came == [[f"{studied} 秒", "2"], ["0 秒", "0"], ["0 秒", "0"]], "the film's seconds, the text that was read, the drill: once"
    town.site.yanxiu("records", "rebuild", "--check")


def opens_point(office) -> None:
    office.goto("/units/")
    follow(office, "登记下级单位")
    office.locator("select[name=kind]").select_option("point")
    fill(office, name=POINT)
    press(office, "登记")
    expect(office.locator("#toasts")).to_contain_text("已登记")


def points_page(office) -> None:
    office.goto("/programmes/")
    links = office.locator("#main a").evaluate_all("links => links.map(one => one.getAttribute('href'))")
    number = next(found[1] for link in links if (found := re.match(r"/programmes/(\d+)/", link or "")))
    office.goto(f"/learn/programmes/{number}/")
    follow(office, "教学点和课程包")


def assigns_schools(office) -> None:
    points_page(office)
    expect(office.locator("h1")).to_contain_text("还没有教师分过去")
    check_accessible(office)
    check_fits(office)
    office.locator("input[name=units]").first.check()
    office.locator("select[name=point]").select_option(label=POINT)
    press(office, "分过去")
    expect(office.locator("#toasts")).to_contain_text(f"改到{POINT}")


def takes_package(office, folder):
    press(office, "打课程包")
    row = office.locator("tr").filter(has_text=POINT)
    for _ in range(60):  # made in the background
        points_page(office)
        if row.get_by_role("link", name="第 1 个").count():
            break
        office.wait_for_timeout(1_500)
    picture(office, "points")
    with office.expect_download() as download:
        row.get_by_role("link", name="第 1 个").click()
    target = folder / "松岭.yanxiu-point"
    download.value.save_as(target)
    return target


def reads_codes(office) -> tuple[str, dict[str, Slip]]:
    points_page(office)
    follow(office, "开包码和激活条")
    picture(office, "point-codes")
    code = office.locator("p.yx-slip-code").inner_text()
    return code, hands.slips_on(office)


def watches(phone) -> int:
    """Watch a film that is new for a while, read a text to its end; return how many seconds the page then shows as seen."""
    phone.goto("/learn/")
    check_fits(phone)
    picture(phone, "point-learn")
    courses = phone.locator(".yx-course a[href*='/courses/']").evaluate_all("links => links.map(one => one.getAttribute('href'))")
    for course in courses:
        phone.goto(course)
        if phone.locator("[data-player]").count() and not seen(phone):
            break
    path = "/" + phone.url.split("/", 3)[3]
    hands.play(phone)
    phone.wait_for_timeout(WATCHED_MS)
    phone.keyboard.press("Space")
    phone.wait_for_timeout(1_500)
    phone.goto("/learn/")
    learner.standing(phone)
    phone.goto(path)
    found = sum(int(end) - int(start) for start, end in re.findall(r"(\d+)-(\d+)", seen(phone)))
    assert found >= 8
    # What is open goes with a later sync: opening something else ends it.
    phone.goto(phone.locator(".yx-legs a").filter(has_text="阅读").first.get_attribute("href"))
    hands.read_to_the_end(phone)
    return found


def begins_package(phone, slips: list[Slip]) -> None:
    """Find somebody who chose the course of modules, and answer all questions of its drill but one; that stays open."""
    for slip in slips:
        hands.activate(phone, slip)
        phone.goto("/learn/")
        if phone.locator(".yx-course").filter(has_text=MODULAR).count():
            break
        phone.context.clear_cookies()
    learner.course(phone, MODULAR)
    hands.go_to_step(phone, DRILL)
    phone.locator("[data-begin]").click()
    inside = drill(phone)
    for number in range(1, 4):
        expect(inside.locator("#place")).to_contain_text(f"第 {number} 句")
        inside.locator("#options button").nth(RIGHT[number - 1]).click()
        inside.locator("#next").click()
    expect(phone.locator("[data-package-said]")).to_contain_text("已存", timeout=20_000)
    check_fits(phone)
    check_accessible(phone)
    picture(phone, "point-package")


def completes_package(phone) -> None:
    """Answer the last question, when the drill has been open as long as its step asks for."""
    inside = drill(phone)
    inside.locator("#options button").nth(RIGHT[3]).click()
    inside.locator("#next").click()
    expect(inside.locator("#said")).to_contain_text("得 100 分")
    expect(phone.locator("[data-package-said]")).to_contain_text("这一节完成了", timeout=20_000)
    picture(phone, "point-package-done")


def drill(phone):
    return phone.frame_locator("[data-package] iframe").frame_locator("iframe")


def seen(page) -> str:
    return page.locator("[data-player]").get_attribute("data-seen")
