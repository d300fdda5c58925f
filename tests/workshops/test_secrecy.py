"""What must not be told: whose a case is while it is judged, what an anonymous answer was, what is hidden, who a stranger is."""

from datetime import timedelta
from io import BytesIO
from zipfile import ZipFile

import pytest
from django.urls import reverse

from tests.integrity import order_factories as order
from tests.workshops import climbing
from tests.workshops import factories as make
from yanxiu.kit.clock import now
from yanxiu.kit.errors import Invalid
from yanxiu.workshops import actions
from yanxiu.workshops.models import CaseTheme

TITLE, WORDS = "一节课的三次修改", "第一稿讲得太满，第二稿把问题交给学生，第三稿只留两个追问"


@pytest.fixture
def ground(db):
    return climbing.build()


def url(name, *args):
    return reverse(f"workshops:{name}", args=args)


def body(answer):
    return (b"".join(answer.streaming_content) if answer.streaming else answer.content).decode(errors="replace")


def unzipped(answer):
    book = ZipFile(BytesIO(b"".join(answer.streaming_content)))
    return "".join(book.read(name).decode(errors="replace") for name in book.namelist())


def entered(ground, *, title=TITLE):
    """A case of a member of the county's workshop, entered for a theme that runs now."""
    at = now()
    theme = climbing.theme(ground, opens_at=at - timedelta(days=1), closes_at=at + timedelta(days=9))
    author = make.member(ground.low, ground.school, name="赵慎言")
    return actions.submit_case(theme=theme, space=ground.low, title=title, source=WORDS, by=author, at=at), author


def test_what_people_did_does_not_tell_whose_a_sealed_case_is(ground):
    entry, author = entered(ground)
    actions.correct(post=entry.post, title=TITLE, source=f"{WORDS}，最后留白", by=author, at=now())
    host = climbing.browser(ground.host(ground.low))
    pages = [url("space_deeds", ground.low.pk), url("deeds_of", author.person_id)]

    for page in pages:
        seen = body(host.get(page))
        assert TITLE not in seen
        assert "提交案例" not in seen  # when she handed it in would tell as well: the list of cases has their order
    assert TITLE in body(climbing.browser(author).get(pages[1]))
    CaseTheme.objects.update(published_at=now(), published_by=author.person_id)
    assert all(TITLE in body(host.get(page)) for page in pages)


def test_the_file_of_what_people_did_does_not_tell_it_either(ground):
    _entry, author = entered(ground)
    pages = [url("export_space_deeds", ground.low.pk), url("export_deeds_of", author.person_id)]
    for page in pages:
        assert TITLE not in unzipped(climbing.browser(ground.host(ground.low)).get(page))
    assert TITLE in unzipped(climbing.browser(author).get(pages[1]))


def test_what_waits_for_order_does_not_tell_whose_a_sealed_case_is(ground):
    order.word_pack(ground.province, "不想研修", action="flag")
    order.word_pack(ground.province, "加群领取", action="hold")
    make.space_rules(ground.low, hold_first=5, hold_links=True)
    entry, author = entered(ground, title="不想研修的老师")
    host = climbing.browser(ground.host(ground.low))

    assert entry.post.state == "published"  # nobody is shown it before it is judged
    for show in ("held", "hits", "reports"):
        seen = body(host.get(url("space_order", ground.low.pk), {"show": show}))
        assert "不想研修的老师" not in seen
        assert "赵慎言" not in seen
    with pytest.raises(Invalid, match="没有地方等") as refused:
        actions.submit_case(theme=entry.theme, space=ground.low, title="第二件", source=f"{WORDS} 加群领取", by=author, at=now())
    assert refused.value.field == "source"
    CaseTheme.objects.update(published_at=now(), published_by=author.person_id)
    assert "不想研修的老师" in body(host.get(url("space_order", ground.low.pk), {"show": "hits"}))
