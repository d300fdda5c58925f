"""Pages of resources and libraries: the way from a draft to the county's shelf without JavaScript, refusals at their field, equal queries."""

import pytest
from django.urls import reverse

from tests.catalogue import resource_factories as resources
from tests.files.factories import stored_row
from yanxiu.approvals.models import Chain, ChainState
from yanxiu.catalogue import actions
from yanxiu.catalogue.models import LibraryQuota, Resource, Shelving
from yanxiu.catalogue.queries import shelved
from yanxiu.kit.actor import SYSTEM

pytestmark = pytest.mark.django_db
GIVEN = {
    "title": "二次函数单元教学设计", "kind": "教学设计", "stage": "初中", "subject": "数学", "source": "先画后说，从图象看性质，再归纳。",
    "tags": "大单元，函数", "originality": "own", "licence": "study", "is_downloadable": "on",
}  # fmt: skip


def url(name, *args):
    return reverse(f"catalogue:{name}", args=args)


def text(answer):
    return answer.content.decode()


@pytest.fixture
def teacher(cast):
    return cast.client_of("李雷")


@pytest.fixture
def school(cast):
    return next(cast.client_of(name) for name in cast.names if any(hat.role.code == "school_admin" for hat in cast.hats(name)))


def test_from_a_draft_to_the_shelf_of_the_school_and_a_rating(cast, teacher, school):
    refused = teacher.post(url("draft_resource"), GIVEN | {"kind": "歌曲"})
    assert refused.status_code == 422
    sent = teacher.post(url("draft_resource"), GIVEN)
    made = Resource.objects.get()
    assert (sent.status_code, made.tags) == (302, ["大单元", "函数"])
    assert teacher.get(url("save_resource", made.pk)).status_code == 200
    assert school.get(url("resource", made.pk)).status_code == 404
    assert "请勾选版权声明" in text(teacher.post(url("finish_resource", made.pk), {}))
    assert teacher.post(url("finish_resource", made.pk), {"is_declared": "on"}).status_code == 302
    assert teacher.post(url("hand_in_resource", made.pk), {"words": "请审"}).status_code == 302
    chain = Chain.objects.get()
    inbox = text(school.get(reverse("approvals:chain", args=[chain.pk])))
    assert "同意入库" in inbox
    assert "请审" in inbox
    back = school.post(reverse("approvals:decide", args=[chain.pk]), {"verdict": "returned", "opinion": ""})
    assert (back.status_code, "请写明原因" in text(back)) == (422, True)
    done = school.post(reverse("approvals:decide", args=[chain.pk]), {"verdict": "approved", "phrase": "内容完整，同意入库"})
    assert done.status_code == 302
    assert Chain.objects.get().state == ChainState.APPROVED
    assert GIVEN["title"] in text(teacher.get(url("library")))
    page = text(school.get(url("resource", made.pk)))
    assert "先画后说" in page
    assert school.post(url("rate_resource", made.pk), {"stars": "5", "reason": "好"}).status_code == 422
    assert school.post(url("rate_resource", made.pk), {"stars": "5", "reason": "学生爱看，例题好"}).status_code == 302
    assert school.post(url("favour_resource", made.pk), {"wanted": "1"}).status_code == 302
    assert GIVEN["title"] in text(school.get(url("my_resources") + "?tab=favourites"))
    assert school.post(reverse("approvals:undo", args=[chain.pk])).status_code == 302
    assert Shelving.objects.get().state == "submitted"


def test_many_are_decided_at_once_and_one_is_taken_back(cast, teacher, school):
    learner = cast.actor("李雷")
    for number in range(3):
        row = resources.resource(owner=cast.person("李雷"), title=f"教学设计 {number}")
        actions.hand_in_resource(resource=row, by=learner, at=resources.AT)
    chains = list(Chain.objects.order_by("pk").values_list("pk", flat=True))
    assert teacher.post(reverse("approvals:withdraw", args=[chains[0]])).status_code == 302
    inbox = text(school.get(reverse("approvals:inbox")))
    assert reverse("approvals:decide", args=[chains[1]]) in inbox  # a desk finds the first one opened
    assert inbox.count('name="chain"') == 2  # and may tick that one, too
    assert "yx-inbox-open" not in inbox  # a phone shows the list first
    assert school.post(reverse("approvals:decide_many"), {"verdict": "approved"}).status_code == 422
    assert school.post(reverse("approvals:decide_many"), {"verdict": "approved", "chain": chains[1:]}).status_code == 302
    assert Shelving.objects.filter(state="shelved").count() == 2
    assert "教学设计 2" in text(school.get(reverse("approvals:inbox") + "?tab=done"))
    assert "教学设计 0" in text(teacher.get(reverse("approvals:inbox") + "?tab=asked"))


def test_recommending_quotas_counts_and_the_list_as_a_workbook(cast, school):
    county = next(cast.client_of(name) for name in cast.names if any(hat.role.code == "county_admin" for hat in cast.hats(name)))
    row = resources.resource(owner=cast.person("李雷"))
    shelved = resources.shelving(of=row)
    asked = {"kind": "", "at_least": "1", "at_most": "1", "from_on": "2026-01-01", "until_on": "2099-12-31", "words": "有反思"}
    set_ = {"unit": cast.county.pk, **asked}
    assert county.post(url("set_quota"), set_ | {"until_on": "2025-01-01"}).status_code == 422
    assert county.post(url("set_quota"), set_).status_code == 302
    quota = LibraryQuota.objects.get()
    assert "还差 1 件" in text(county.get(url("quota", quota.pk)))
    assert school.post(url("recommend_resource", row.pk), {"unit": row.unit_id, "words": ""}).status_code == 422
    assert school.post(url("recommend_resource", row.pk), {"unit": row.unit_id, "words": "可推广"}).status_code == 302
    assert "名额用完" in text(county.get(url("quota", quota.pk)))
    assert county.get(url("quotas")).status_code == 200
    assert row.unit.name in text(county.get(url("library_counts")))
    answer = school.get(url("export_library") + f"?unit={row.unit_id}")
    assert b"".join(answer.streaming_content)[:2] == b"PK"
    assert school.post(url("feature_resource", shelved.pk)).status_code == 302
    assert school.post(url("unfeature_resource", shelved.pk)).status_code == 302
    assert school.post(url("take_off_shelf", shelved.pk), {"reason": "过时"}).status_code == 302
    assert county.post(url("end_quota", quota.pk)).status_code == 302


def test_of_words_that_very_many_have_the_page_says_so_and_counts_no_facets(cast, teacher, monkeypatch):
    of = [resources.resource(owner=cast.person("李雷"), title=f"函数 {number}") for number in range(4)]
    for one in of:
        resources.shelving(of=one)
    actions.reindex_resources(by=SYSTEM, at=resources.AT)
    counted = text(teacher.get(url("library") + "?q=函数"))
    monkeypatch.setattr(shelved, "MOST_COUNTED", 2)
    monkeypatch.setattr(shelved, "SMALL", 0)
    walked = text(teacher.get(url("library") + "?q=函数"))

    assert ("4 份资源讲到“函数”" in counted, "最相关" in counted, "2 多份" in counted) == (True, True, False)
    assert ("2 多份资源讲到“函数”" in walked, "最相关" in walked, "用得最多" in walked) == (True, False, True)
    assert [all(url("resource", one.pk) in page for one in of) for page in (counted, walked)] == [True, True]


def test_an_office_leads_to_the_running_of_its_own_library_only(cast):
    county = next(cast.client_of(name) for name in cast.names if any(hat.role.code == "county_admin" for hat in cast.hats(name)))
    own, below = cast.county, cast.school

    assert "推优要求和各单位进度" in text(county.get(url("library") + f"?unit={own.pk}"))
    seen = county.get(url("library") + f"?unit={below.pk}")
    assert seen.status_code == 200
    assert "推优要求和各单位进度" not in text(seen)
    assert county.get(url("quotas") + f"?unit={below.pk}").status_code == 404


def test_lists_cost_the_same_with_many_rows(cast, teacher, school, assert_same_queries):
    learner = cast.actor("李雷")

    def more(times=9):
        for _ in range(times):
            row = resources.resource(owner=cast.person("李雷"))
            resources.shelving(of=row)
            actions.hand_in_resource(resource=resources.resource(owner=cast.person("李雷")), by=learner, at=resources.AT)

    more(1)
    chain = Chain.objects.order_by("pk").first()
    first = Shelving.objects.filter(state="shelved").first()
    pages = [
        (teacher, url("library")), (teacher, url("library") + "?q=函数"), (teacher, url("my_resources")),
        (teacher, url("resource", first.resource_id)), (school, reverse("approvals:inbox")),
        (school, reverse("approvals:chain", args=[chain.pk])),
    ]  # fmt: skip
    for number, (browser, page) in enumerate(pages):
        assert_same_queries(lambda browser=browser, page=page: browser.get(page), more if number == 0 else lambda: None)
    assert len(school.get(reverse("approvals:inbox")).content) < 60_000


@pytest.mark.parametrize("is_downloadable", [True, False])
def test_a_document_that_may_only_be_read_in_the_page_has_no_link_to_its_file(cast, teacher, is_downloadable):
    """`files.pages` makes a signed link to the whole file: it must not stand in the page of a resource that is not to be taken along."""
    made = resources.resource(owner=cast.person("韩梅梅"), is_downloadable=is_downloadable)
    file = stored_row(name="二次函数.docx", media_type="application/vnd.openxmlformats", kind="document", seconds=0)
    row = resources.resource_file(of=made, file=file)
    resources.shelving(of=made)

    page = teacher.get(url("resource", made.pk))
    assert page.status_code == 200
    assert ("下载原文件" in text(page)) is is_downloadable
    assert teacher.get(url("open_resource_file", row.pk)).status_code == (302 if is_downloadable else 404)
    assert "下载原文件" in text(cast.client_of("韩梅梅").get(url("resource", made.pk)))  # her own
