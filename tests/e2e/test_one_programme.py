"""One programme from the published plan to a certificate that anybody verifies; nothing is done except on pages and by commands."""

from contextlib import ExitStack

from playwright.sync_api import Page, expect

from tests.e2e import hands, learner, office
from tests.e2e.driving import check_accessible, picture
from tests.e2e.hands import headline
from tests.e2e.paper import qr_says


def test_from_plan_to_certificate(site, programme, new_page):
    with ExitStack() as stack:
        teacher, tutor, public, other = (stack.enter_context(new_page()) for _ in range(4))
        trail = programme.trail
        trail.follow(teacher)
        trail.follow(tutor)
        assert set(programme.slips) == {"陈立", "李雷", "周杰", "吴敏", "郑华", "何苗", office.STRANGER}
        hands.activate(tutor, programme.slips["陈立"])
        hands.activate(teacher, programme.slips["李雷"])

        before = learner.standing(teacher)
        learner.chooses_course(teacher)
        learner.learns(teacher)
        learner.accepts_homework(tutor, "李雷")
        hands.come_back_until(teacher, lambda: teacher.goto("/standing/"), headline="总数已够")
        assert headline(teacher) != before
        check_accessible(teacher)
        picture(teacher, "standing")

        office.settles(programme.office)
        office.issues_certificates(programme.office)
        assert "台账完好" in site.yanxiu("ledger", "verify").stdout
        code = verifies_certificate(teacher, public)

        hands.activate(other, programme.slips[office.STRANGER])
        assert len(trail.read) > 30
        trail.check_shut_to_the_public(public)
        trail.check_shut_to(other, name="李雷")
        public.goto(f"/verify/{code[::-1]}/")
        assert "没有这个编号的证书" in headline(public)


def verifies_certificate(teacher: Page, public: Page) -> str:
    """Take the certificate from the ledger, read its QR, and have a stranger follow it."""
    teacher.goto("/ledger/")
    expect(teacher.locator("#main")).to_contain_text("已登记")
    expect(teacher.locator("#main")).to_contain_text(office.CHOSEN)
    picture(teacher, "ledger")
    paper = teacher.request.get(teacher.get_by_role("link", name="看证书").get_attribute("href"))
    assert paper.headers["content-type"] == "application/pdf"
    teacher.get_by_role("link", name="核验页").click()
    address = teacher.url
    assert qr_says(paper.body(), address)

    public.goto(address)

    assert headline(public) == "这份证书有效"
    shown = public.locator("#main, main").first.inner_text()
    assert "李*" in shown
    assert "2 学分" in shown
    assert "李雷" not in shown
    check_accessible(public)
    picture(public, "certificate-verified")
    return address.rstrip("/").rpartition("/")[2]
