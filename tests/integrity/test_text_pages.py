"""The pages of compared texts: who reads what, with and without a name; public texts and thresholds; equal queries for 1 and 10 rows."""

from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db.models import Value

from tests.integrity import factories as make
from tests.integrity.texts import AT, ESSAY, OTHER, document, essay, text
from tests.programmes import factories as programmes
from yanxiu.integrity import actions, queries
from yanxiu.integrity.models import IndexedText, PublicText, Threshold
from yanxiu.integrity.similarity import Source, register, sources
from yanxiu.integrity.similarity.sources import forget
from yanxiu.kit.actor import SYSTEM

TEACHER, OFFICE, SCHOOL, ABOVE = "李雷", "教务", "韩梅梅", "省办"
LIST = "/integrity/texts/"
PUBLIC = "/integrity/public-texts/"


@pytest.fixture
def fellow(cast):
    return programmes.teacher(cast.school, name="周小满")


@pytest.fixture
def far(cast):
    return programmes.teacher(programmes.org(parent=cast.city, name="远处中学"), name="远处人")


def alike(one, other) -> tuple[IndexedText, IndexedText]:
    """Hand in the same text twice: first by `other`, then by `one`."""
    numbers = (IndexedText.objects.count() + 1, IndexedText.objects.count() + 2)
    body = ESSAY + essay(numbers[0], size=60)
    actions.index_text(text=text(other, body, number=numbers[0]), by=SYSTEM, at=AT)
    actions.index_text(text=text(one, body + essay(numbers[1], size=40), number=numbers[1]), by=SYSTEM, at=AT)
    rows = {row.object_id: row for row in IndexedText.objects.all()}
    return rows[numbers[1]], rows[numbers[0]]


def pair_url(one: IndexedText, other: IndexedText) -> str:
    return f"{LIST}{one.pk}/{other.pk}/"


def test_an_office_finds_the_text_and_both_sides(cast, fellow):
    one, other = alike(cast.person(TEACHER), fellow)
    office = cast.client_of(OFFICE)

    listed = office.get(LIST).content.decode()
    assert pair_url(one, other) in listed
    page = office.get(pair_url(one, other)).content.decode()
    assert (TEACHER in page, "周小满" in page) == (True, True)
    assert page.count('id="a1"') == page.count('id="b1"') == 1
    assert 'href="#b1"' in page
    assert "相同不等于抄袭" in page
    assert "看原来的页面" not in page  # that one is for markers


def test_a_signal_leads_to_both_texts(cast, fellow):
    one, other = alike(cast.person(TEACHER), fellow)
    page = cast.client_of(OFFICE).get(f"/integrity/signals/{one.person_id}/").content.decode()

    assert f'href="{pair_url(one, other)}"' in page


def test_a_text_outside_the_scope_is_shown_in_pieces_and_without_a_name(cast, far):
    one, other = alike(cast.person(TEACHER), far)
    page = cast.client_of(SCHOOL).get(pair_url(one, other)).content.decode()

    assert "远处" not in page
    assert "不显示姓名" in page
    assert "棉线" in page


def test_what_was_not_noticed_is_read_by_nobody(cast, fellow):
    one, other = alike(cast.person(TEACHER), fellow)
    quiet = make.indexed_text(fellow, essay(77), object_type="essay")

    for who in (OFFICE, SCHOOL, ABOVE):
        assert cast.client_of(who).get(pair_url(one, quiet)).status_code == 404
        assert cast.client_of(who).get(pair_url(quiet, other)).status_code == 404


@pytest.mark.parametrize("who", [TEACHER, "外人", "王老师", "方案", "审计", "运维"])
def test_others_read_neither(cast, fellow, who):
    one, other = alike(cast.person(TEACHER), fellow)
    assert cast.client_of(who).get(pair_url(one, other)).status_code == 404
    assert cast.client_of(who).get(pair_url(other, one)).status_code == 404


def test_a_marker_reads_what_the_source_lets_her_read(cast, far):
    one, other = alike(cast.person(TEACHER), far)
    mine = Source(
        object_type="submission",
        visible=lambda actor: (
            IndexedText.objects.filter(pk=one.pk if actor.person_id == cast.person("王老师").pk else 0)
            .annotate(which=Value(one.object_id))
            .values("which")
        ),
        address=lambda actor, object_id: f"/marking/{object_id}/",  # noqa: ARG005
    )
    before = [one for one in sources() if one.object_type == "submission"]
    register(mine)
    try:
        page = cast.client_of("王老师").get(pair_url(one, other)).content.decode()
        assert cast.client_of("外人").get(pair_url(one, other)).status_code == 404
    finally:
        forget("submission")
        for source in before:
            register(source)

    assert f"/marking/{one.object_id}/" in page
    assert "远处" not in page


def test_list_narrows_sorts_and_goes_to_a_workbook(cast, fellow):
    alike(cast.person(TEACHER), fellow)
    office = cast.client_of(OFFICE)

    assert TEACHER in office.get(f"{LIST}?q=李&kind=homework&sort=share").content.decode()
    assert "没有找到" in office.get(f"{LIST}?q=无此人").content.decode()
    assert "没有找到" in office.get(f"{LIST}?kind=comment").content.decode()
    assert b"".join(office.get(f"{LIST}export/?q=李").streaming_content)[:2] == b"PK"


def test_the_list_is_empty_and_says_so(cast):
    assert "没有和别处相同较多的文本" in cast.client_of(OFFICE).get(LIST).content.decode()


def test_a_public_text_is_added_used_removed_and_put_back(cast, fellow):
    office = cast.client_of(OFFICE)
    office.post(f"{PUBLIC}add/", {"title": "教研工作意见", "kind": "policy", "body": OTHER})
    row = PublicText.objects.get()
    assert "教研工作意见" in office.get(PUBLIC).content.decode()
    actions.index_text(text=text(fellow, ESSAY[:80] + OTHER, number=1), by=SYSTEM, at=AT)
    asked = text(cast.person(TEACHER), OTHER + essay(4, size=90), number=2)
    assert queries.check_text(asked).share == 0

    office.post(f"{PUBLIC}{row.pk}/remove/")
    assert queries.check_text(asked).share > 0.5
    assert "放回" in office.get(f"{PUBLIC}{row.pk}/").content.decode()
    office.post(f"{PUBLIC}{row.pk}/put-back/")
    assert queries.check_text(asked).share == 0


def test_a_public_text_comes_from_a_word_file(cast):
    file = SimpleUploadedFile("意见.docx", document(OTHER))
    answer = cast.client_of(OFFICE).post(f"{PUBLIC}add/", {"title": "意见", "kind": "policy", "body": "", "file": file})

    assert answer.status_code == 302
    assert PublicText.objects.get().body.startswith("朗读课上")


@pytest.mark.parametrize(
    ("sent", "words"),
    [
        ({"title": "", "kind": "policy", "body": OTHER}, "id_title"), ({"title": "甲", "kind": "gone", "body": OTHER}, "id_kind"),
        ({"title": "甲", "kind": "policy", "body": "太短"}, "正文要有 20 个字"), ({"title": "长" * 121, "kind": "policy", "body": OTHER}, "id_title"),
        ({"title": "甲", "kind": "policy", "body": OTHER * 1_500}, "最多 20 万字"),
        ({"title": "甲", "kind": "policy", "file": ("坏.pdf", b"no pdf")}, "这不是 PDF"),
        ({"title": "甲", "kind": "policy", "file": ("表.xlsx", b"PK")}, "只收 DOCX、PPTX、PDF"),
    ],
)  # fmt: skip
def test_bad_public_texts_are_refused_at_their_field_and_nothing_is_kept(cast, sent, words):
    given = {key: SimpleUploadedFile(*value) if key == "file" else value for key, value in sent.items()}
    answer = cast.client_of(OFFICE).post(f"{PUBLIC}add/", given)

    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert not PublicText.objects.exists()


def test_a_title_is_there_once(cast):
    make.public_text(cast.county, title="甲")
    answer = cast.client_of(OFFICE).post(f"{PUBLIC}add/", {"title": "甲", "kind": "policy", "body": OTHER})

    assert (answer.status_code, PublicText.objects.count()) == (409, 1)


def test_a_school_sees_what_holds_and_keeps_nothing(cast):
    row = make.public_text(cast.county, title="县教研意见")
    school = cast.client_of(SCHOOL)

    assert "县教研意见" in school.get(PUBLIC).content.decode()
    assert "由县级及以上的管理员维护" in school.get(PUBLIC).content.decode()
    assert school.get(f"{PUBLIC}{row.pk}/").status_code == 200
    for path in ("add/", f"{row.pk}/remove/", "thresholds/"):
        assert school.post(f"{PUBLIC}{path}").status_code == 403


def test_thresholds_are_set_where_they_change(cast):
    office = cast.client_of(OFFICE)
    sent = {kind: str(round(share * 100)) for kind, share in queries.shares_of(cast.county).items()}

    office.post(f"{PUBLIC}thresholds/", sent | {"homework": "45"})

    assert [(one.kind, str(one.share), one.org) for one in Threshold.objects.all()] == [("homework", "0.450", cast.county)]
    assert queries.shares_of(cast.school)["homework"] == Decimal("0.45")
    for bad in ("4", "101", "x", ""):
        assert office.post(f"{PUBLIC}thresholds/", sent | {"homework": bad}).status_code == 422
    assert queries.shares_of(cast.school)["homework"] == Decimal("0.45")


def test_lists_cost_the_same_for_one_and_ten(cast, fellow, assert_same_queries):
    browser = cast.client_of(OFFICE)
    alike(cast.person(TEACHER), fellow)
    make.public_text(cast.county)

    def more():
        for number in range(9):
            alike(programmes.teacher(cast.school), fellow)
            make.public_text(cast.county, title=f"第 {number} 份")

    def read():
        assert browser.get(LIST).status_code == 200
        assert browser.get(PUBLIC).status_code == 200

    assert_same_queries(read, more, at_most=20)


def test_one_pair_costs_the_same_for_one_and_ten(cast, fellow, assert_same_queries):
    one, other = alike(cast.person(TEACHER), fellow)
    browser = cast.client_of(OFFICE)

    def more():
        for number in range(50, 59):
            third = make.indexed_text(fellow, essay(number), object_type="essay")
            make.likeness(one, third, share="0.100")

    assert_same_queries(lambda: browser.get(pair_url(one, other)), more)
