"""Study days on a phone (F-38): the host's screen rotates its code, a teacher signs in by it, and a spot check undoes that."""

import re
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import segno
from playwright.sync_api import Page, expect

from tests.e2e import hands
from tests.e2e.driving import check_accessible, check_fits, picture
from tests.e2e.hands import fill, follow, headline, press

TEACHER, LESSON = "何苗", "怎样听一节生物课"
CODES = """
import json
from yanxiu.kit import clock
from yanxiu.learning import rotating
step = rotating.step_of(clock.now())
print(json.dumps([rotating.code({session}, one) for one in range(step - 1, step + 3)]))
"""


def test_a_spot_check_undoes_a_sign_in(site, programme, phone):
    host = programme.admin
    hands.activate(phone, programme.slips[TEACHER])
    fixes_session(host)
    follow(host, "出示签到码")
    expect(host.locator("h1")).to_contain_text(f"{LESSON}，请扫码签到")
    check_fits(host)
    picture(host, "hall-code")
    count = host.locator(".yx-hall-count b")
    expect(count).to_have_text("0")

    phone.goto(scanned(site, host))
    expect(phone.locator("h1")).to_have_text(f"{TEACHER}，签到吗")
    check_accessible(phone)
    check_fits(phone)
    picture(phone, "hall-phone-arrive")
    press(phone, "我在现场，签到")
    expect(phone.locator("#toasts")).to_contain_text("签到已记下")
    assert headline(phone) == "已签到，这一场正在进行"
    picture(phone, "hall-phone-signed")
    expect(count).to_have_text("1", timeout=10_000)  # the screen renews itself
    phone.goto(f"{phone.url}{session_of(host)}/scan/aaaaaaaaaaaaaaaa/")
    assert headline(phone) == "这个码过期了"

    checks_the_hall(host)

    phone.goto("/learn/sessions/")
    assert headline(phone) == "抽查时您不在场，这一场记为缺勤"
    check_accessible(phone)
    check_fits(phone)
    picture(phone, "hall-phone-absent")


def fixes_session(host: Page) -> None:
    """Fix a session that runs now."""
    now = datetime.now(ZoneInfo("Asia/Shanghai"))
    hands.choose_menu(host, "考勤")
    follow(host, "安排一场")
    ends = min(now + timedelta(hours=1), now.replace(hour=23, minute=59))
    given = {"on": f"{now:%Y-%m-%d}", "starts": f"{now:%H:%M}", "ends": f"{ends:%H:%M}"}
    fill(host, title=LESSON, place="报告厅", hours="1", **given)
    press(host, "安排")
    expect(host.locator("#toasts")).to_contain_text("已安排")
    if not host.locator("h1").filter(has_text="还差").count():
        follow(host, LESSON)


def session_of(host: Page) -> str:
    return re.search(r"/attendance/(\d+)/", host.url)[1]


def scanned(site, host: Page) -> str:
    """Return the address in the picture on the screen: the one whose drawing is the shown one."""
    codes = site.yanxiu("shell", "-v", "0", "-c", CODES.format(session=session_of(host))).stdout
    addresses = [f"{site.url}/learn/sessions/{session_of(host)}/scan/{code}/" for code in re.findall(r"[a-z2-7]{16}", codes)]
    shown = host.locator(".yx-hall-code path").last.get_attribute("d")
    return next(one for one in addresses if drawn(one) == shown)


def drawn(address: str) -> str:
    return re.findall(r' d="([^"]+)"', segno.make(address, error="m").svg_inline(border=2, dark="#111", light="#fff", omitsize=True))[-1]


def checks_the_hall(host: Page) -> None:
    """Draw everybody for a check; the teacher who signed in is not in her seat."""
    follow(host, "回到名单")
    row = host.locator("tr").filter(has_text=TEACHER)
    expect(row).to_contain_text("出勤")
    picture(host, "hall-list")
    fill(host, size="200")
    press(host, "抽查")
    entry = host.locator("li").filter(has_text=TEACHER)
    entry.get_by_role("button", name="不在").click()
    expect(entry).to_contain_text("不在")
    check_accessible(host)
    picture(host, "hall-spot-check")
    host.locator(".yx-crumbs").get_by_role("link", name=LESSON).click()
    expect(row).to_contain_text("缺勤")
    expect(row).to_contain_text("抽查")
    expect(host.locator("#main")).to_contain_text("不在 1")
