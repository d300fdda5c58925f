"""A teacher on her phone: she goes on where she was, the line breaks while she watches, and nothing is lost."""

from playwright.sync_api import expect

from tests.e2e import hands, learner, office
from tests.e2e.driving import check_accessible, check_fits, picture


def test_line_breaks_while_watching(programme, phone):
    hands.activate(phone, programme.slips["吴敏"])
    learner.chooses_course(phone)
    check_fits(phone)
    phone.goto("/")
    check_fits(phone)
    picture(phone, "phone-home")
    learner.course(phone, office.CHOSEN)
    check_accessible(phone)
    check_fits(phone)

    hands.play(phone)
    phone.wait_for_timeout(3_000)
    phone.context.set_offline(True)
    expect(phone.locator("[data-player-said]")).to_contain_text("网断了", timeout=20_000)
    phone.context.set_offline(False)

    expect(phone.locator("[data-player-said]")).to_contain_text("这一节看完了", timeout=hands.FILM_SECONDS)
    assert hands.kept_reports(phone) == 0
    picture(phone, "phone-player")
    phone.goto("/learn/")
    expect(phone.locator(".yx-course").filter(has_text=office.CHOSEN)).to_contain_text("1 / 5 个环节")
    learner.course(phone, office.CHOSEN)
    expect(phone.locator("h1")).to_contain_text("公约不是校规的缩写")
