"""A course of files goes its way: sent up over a cut line, read by an expert, published, offered, learned on a phone on a bad line."""

import pytest
from playwright.sync_api import Page, expect

from tests.e2e import hands, learner, materials, office
from tests.e2e.driving import check_accessible, check_fits, picture
from tests.e2e.hands import follow, press
from tests.e2e.office import AUTHOR, REVIEWER

TEACHER, TITLE, FILM = "郑华", "公约怎样守得住", "一周以后再看公约"
MEGABYTES = 18  # three parts of eight


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    """What the author has on her disk: a film that weighs something, with captions, and a handout."""
    folder = tmp_path_factory.mktemp("files")
    film = materials.film(folder)
    materials.swollen(film.path, megabytes=MEGABYTES)
    return film, materials.handout(folder / "公约讨论单.pdf")


def test_from_files_to_the_standing(programme, files, new_page, phone):
    desk = programme.office
    slips = {name: office.slip_for(desk, name) for name in (AUTHOR, REVIEWER)}
    office.appoints(desk, AUTHOR, role="designer", school="")
    office.appoints(desk, REVIEWER, role="expert", school="")
    with new_page() as author, new_page() as reviewer:
        hands.activate(author, slips[AUTHOR])
        hands.wear(author, "方案设计")
        writes(author, *files)
        hands.activate(reviewer, slips[REVIEWER])
        hands.wear(reviewer, "评课专家")
        reads_and_approves(reviewer)
    publishes(desk)
    office.offers(desk, TITLE, place=office.TOPIC)

    hands.activate(phone, programme.slips[TEACHER])
    before = learner.standing(phone)
    learner.chooses_course(phone, TITLE)
    learns_on_a_bad_line(phone)
    hands.come_back_until(phone, lambda: phone.goto("/standing/"), words="1 / 1 学时")
    assert learner.standing(phone) != before
    check_fits(phone)
    check_accessible(phone)
    picture(phone, "files-standing")


def writes(author: Page, film, handout) -> None:
    """Write the course; the line breaks while the film goes up, and comes back."""
    office.drafts(author, TITLE, topic=office.TOPIC)
    offsets = cuts_the_second_part(author)
    author.locator(".yx-kinds").get_by_role("link", name="视频").click()
    hands.fill(author, title=FILM)
    author.locator("[name=film]").set_input_files(film.path)
    state = author.locator(".yx-upload").first
    expect(state).to_contain_text("网络断了", timeout=20_000)
    picture(author, "files-upload-cut")
    expect(state).to_contain_text("已传好", timeout=30_000)
    first, cut, *rest = offsets
    assert (first, cut) == (0, rest[0]), "what had arrived was not sent again, what had not was"
    author.locator("[name=captions]").set_input_files(film.captions)
    press(author, "存环节")
    expect(author.locator("#toasts")).to_contain_text("个环节已存", timeout=30_000)
    office.adds(author, "文档", title="公约讨论单", document=handout, dwell_seconds="5")
    check_accessible(author)
    check_fits(author)
    picture(author, "files-editor")
    follow(author, "去送审")
    press(author, "送专家审")
    expect(author.locator("#toasts")).to_contain_text("已送审")


def cuts_the_second_part(author: Page) -> list[int]:
    """Break the line under the second part of the next upload, once; return where the parts began, as they come."""
    offsets: list[int] = []

    def carry(route) -> None:
        if route.request.method != "PATCH":
            return route.continue_()
        offsets.append(int(route.request.headers["upload-offset"]))
        return route.abort("internetdisconnected") if len(offsets) == 2 else route.continue_()

    author.route("**/uploads/**", carry)
    return offsets


def reads_and_approves(reviewer: Page) -> None:
    """Look at the step, say something about it, and let the course pass."""
    reviewer.goto("/catalogue/reviews/")
    assert hands.headline(reviewer) == "1 门课程等您审"
    follow(reviewer, TITLE)
    follow(reviewer, FILM)
    expect(reviewer.locator("video")).to_be_visible()
    hands.fill(reviewer, text="开头的场面好，问题再问得具体些。")
    press(reviewer, "记下意见")
    expect(reviewer.locator("#toasts")).to_contain_text("意见已记下")
    check_accessible(reviewer)
    picture(reviewer, "files-review-step")
    follow(reviewer, "回到审课")
    picture(reviewer, "files-review")
    press(reviewer, "审过，可以发布")
    expect(reviewer.locator("#toasts")).to_contain_text("审过了，可以发布")


def publishes(desk: Page) -> None:
    """Publish what the expert let pass."""
    desk.goto(f"/catalogue/courses/?q={TITLE}")
    follow(desk, TITLE)
    expect(desk.locator("#main")).to_contain_text("审过，等发布")
    press(desk, "发布")
    expect(desk.locator("#toasts")).to_contain_text("已发布")


def learns_on_a_bad_line(phone: Page) -> None:
    """Watch while the line is cut twice; then the handout. Nothing is lost."""
    learner.course(phone, TITLE)
    said = phone.locator("[data-player-said]")
    hands.play(phone)
    for _ in range(2):
        phone.wait_for_timeout(1_000)
        phone.context.set_offline(True)
        expect(said).to_contain_text("网断了", timeout=20_000)
        phone.context.set_offline(False)
        expect(said).not_to_contain_text("网断了", timeout=20_000)
    expect(said).to_contain_text("这一节看完了", timeout=hands.FILM_SECONDS)
    assert hands.kept_reports(phone) == 0
    picture(phone, "files-phone-film")
    hands.go_to_step(phone, "公约讨论单")
    expect(phone.locator(".yx-document-sheet img").first).to_be_visible()
    check_fits(phone)
    check_accessible(phone)
    picture(phone, "files-phone-document")
    phone.wait_for_timeout(5_500)
    press(phone, "看完了")
    expect(phone.locator("#onward")).to_contain_text("整门课学完，1 学时暂记", timeout=15_000)
