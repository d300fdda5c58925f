"""A resource's life: written, finished, handed in, shelved, recommended, featured, revised, taken away; and who uses it."""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction

from tests.catalogue import resource_factories as resources
from tests.catalogue.resource_factories import AT
from tests.files import samples
from tests.orgs import factories as orgs
from tests.people import factories as people
from yanxiu.access.roles import ROLES
from yanxiu.approvals import actions as approvals
from yanxiu.approvals.models import Chain, ChainState, StepState
from yanxiu.catalogue import actions, permissions
from yanxiu.catalogue.models import QuotaUse, Resource, ResourceFile, ResourceReader, ResourceUse, ResourceVersion, Shelving, ShelvingState
from yanxiu.catalogue.queries import libraries, shelved
from yanxiu.catalogue.queries import resources as reads
from yanxiu.catalogue.queries.shelved import LibraryFilters
from yanxiu.files.kinds import Kind
from yanxiu.kit.actor import SYSTEM, Actor, Grant
from yanxiu.kit.errors import Conflict, Invalid, NotFound, NotPermitted
from yanxiu.records.models import Record

pytestmark = pytest.mark.django_db
OK, BACK = StepState.APPROVED, StepState.RETURNED


class Place:
    """A county with a school, its teacher and its administrator, and those above who shelve."""

    def __init__(self) -> None:
        _nation, self.province, self.city, self.county, self.school = orgs.county_tree()
        self.teacher = people.person(self.school, name="周敏")
        self.clerk = people.person(self.school, name="韩敏")
        self.author = Actor(person_id=self.teacher.pk, label="周敏")

    def shelver(self, unit, *, role="county_admin", person_id=0) -> Actor:
        grant = Grant(role=role, permissions=frozenset(ROLES[role].permissions), path=unit.path)
        return Actor(person_id=person_id or self.clerk.pk, label=f"{unit.name}管理员", grants=(grant,))

    @property
    def school_admin(self) -> Actor:
        return self.shelver(self.school, role="school_admin")

    def decide(self, shelving, verdict, by, opinion="内容完整"):
        chain = Chain.objects.get(pk=Shelving.objects.get(pk=shelving.pk).chain_id)
        approvals.decide(chain=chain, verdict=verdict, opinion=opinion, by=by, at=AT)
        return Shelving.objects.select_related("org").get(pk=shelving.pk)

    def shelved(self, **facts):
        resource = resources.resource(owner=self.teacher, **facts)
        self.decide(actions.hand_in_resource(resource=resource, by=self.author, at=AT), OK, self.school_admin)
        return resource


@pytest.fixture
def place(db) -> Place:
    return Place()


def facts(**changes) -> actions.ResourceFacts:
    values = {"title": "二次函数单元教学设计", "kind": "教学设计", "stage": "初中", "subject": "数学", "tags": ("大单元", "函数"),
              "source": "## 目标\n\n从图象看性质，学生先画再说。"}  # fmt: skip
    return actions.ResourceFacts(**(values | changes))


def counted(verb: str) -> int:
    """How many records of the verb count, those taken back aside."""
    taken_back = Record.objects.filter(voids__isnull=False).values("voids")
    return Record.objects.filter(verb=verb, object_type="resource").exclude(pk__in=taken_back).count()


def test_a_draft_is_its_writers_alone_until_it_is_finished(place):
    draft = actions.draft_resource(facts=facts(title=""), by=place.author, at=AT)
    assert (draft.state, draft.unit, draft.owner_label) == ("draft", place.school, "周敏")
    with pytest.raises(NotFound):
        permissions.check_can_see_resource(place.school_admin, draft)
    with pytest.raises(Invalid, match="标题还空着"):
        actions.finish_resource(resource=draft, is_declared=True, by=place.author, at=AT)
    draft = actions.save_resource(resource=draft, facts=facts(), by=place.author, at=AT)
    kept = actions.finish_resource(resource=draft, is_declared=True, by=place.author, at=AT)
    assert (kept.state, kept.version, kept.tags) == ("kept", 1, ["大单元", "函数"])
    assert counted("uploaded") == 1
    assert "目标</h" in ResourceVersion.objects.get(resource=kept).body


@pytest.mark.parametrize(
    ("changes", "said", "field"),
    [
        ({"kind": "歌曲"}, "没有“歌曲”这一项", "kind"),
        ({"stage": "大学"}, "没有“大学”这个学段", "stages"),
        ({"tags": ("标" * 21,)}, "每个标签最多 20 字", "tags"),
        ({"tags": tuple("甲乙丙丁戊己庚")}, "标签有 7 个", "tags"),
        ({"source": "长" * 60_001}, "最多 60000 字", "source"),
    ],
)
def test_what_is_never_right_is_refused_at_its_field(place, changes, said, field):
    with pytest.raises(Invalid, match=said) as refused:
        actions.draft_resource(facts=facts(**changes), by=place.author, at=AT)
    assert refused.value.field == field
    assert not Resource.objects.exists()


@pytest.mark.parametrize(
    ("changes", "declared", "said"),
    [
        ({"stage": ""}, True, "请选学段和学科"),
        ({"originality": "adapted"}, True, "请写明原作者和出处"),
        ({"source": "太短"}, True, "还没有内容"),
        ({}, False, "请勾选版权声明"),
    ],
)
def test_what_a_finished_resource_lacks_is_said(place, changes, declared, said):
    draft = actions.draft_resource(facts=facts(**changes), by=place.author, at=AT)
    with pytest.raises(Invalid, match=said):
        actions.finish_resource(resource=draft, is_declared=declared, by=place.author, at=AT)
    assert Resource.objects.get().state == "draft"


def test_files_belong_to_the_version_being_written(place):
    draft = actions.draft_resource(facts=facts(source=""), by=place.author, at=AT)
    sent = SimpleUploadedFile("板书.png", samples.picture())
    with pytest.raises(Invalid):
        actions.add_resource_file(resource=draft, sent=sent, kind=Kind.SHEET, by=place.author, at=AT)
    sent = SimpleUploadedFile("板书.png", samples.picture())
    row = actions.add_resource_file(resource=draft, sent=sent, kind=Kind.IMAGE, by=place.author, at=AT)
    kept = actions.finish_resource(resource=draft, is_declared=True, by=place.author, at=AT)
    with pytest.raises(Conflict, match="定稿"):
        actions.remove_resource_file(file=row, by=place.author, at=AT)
    version = actions.revise_resource(resource=kept, by=place.author, at=AT)
    carried = ResourceFile.objects.get(version=version)
    assert carried.file_id == row.file_id
    actions.remove_resource_file(file=carried, by=place.author, at=AT)
    row.file.refresh_from_db()
    assert row.file.deleted_at is None  # the first version still has it
    with pytest.raises(NotPermitted, match="周敏本人"):
        actions.remove_resource_file(file=row, by=Actor(person_id=None, label="x", is_system=True), at=AT)


def test_a_resource_climbs_by_the_review_chain_and_is_never_copied(place):
    resource = resources.resource(owner=place.teacher)
    handed = actions.hand_in_resource(resource=resource, words="请审", by=place.author, at=AT)
    assert (handed.state, handed.org, handed.asked_version) == (ShelvingState.SUBMITTED, place.school, 1)
    with pytest.raises(actions.NotToShelve, match="正在审"):
        actions.hand_in_resource(resource=resource, by=place.author, at=AT)
    stood = place.decide(handed, OK, place.school_admin)
    assert (stood.state, stood.version, stood.asked_version, stood.shelved_by) == (ShelvingState.SHELVED, 1, None, place.clerk.pk)
    with pytest.raises(NotPermitted, match="往上推荐由"):
        actions.recommend_resource(resource=resource, unit=place.school, words="好", by=place.author, at=AT)
    with pytest.raises(Invalid, match="请写推荐理由"):
        actions.recommend_resource(resource=resource, unit=place.school, words=" ", by=place.school_admin, at=AT)
    units = ((place.school, place.county), (place.county, place.city), (place.city, place.province))
    for number, (below, above) in enumerate(units):
        role = "school_admin" if number == 0 else "county_admin"
        row = actions.recommend_resource(
            resource=resource, unit=below, words="可推广", by=place.shelver(below, role=role, person_id=900 + number), at=AT
        )
        assert place.decide(row, OK, place.shelver(above, person_id=901 + number)).state == ShelvingState.SHELVED
    assert Resource.objects.count() == 1
    assert Shelving.objects.filter(state="shelved").count() == 4
    assert [counted(verb) for verb in ("handed_in", "shelved", "promoted", "recommended", "reviewed")] == [1, 1, 3, 3, 4]
    with pytest.raises(actions.NotToShelve, match="上面没有资源库"):
        actions.recommend_resource(resource=resource, unit=place.province, words="x", by=place.shelver(place.province), at=AT)
    assert Record.objects.filter(verb="shelved", kind="教学设计", unit_path=place.school.path, person_id=place.teacher.pk).exists()


def test_what_is_sent_back_is_mended_and_comes_again(place):
    resource = resources.resource(owner=place.teacher)
    handed = actions.hand_in_resource(resource=resource, by=place.author, at=AT)
    back = place.decide(handed, BACK, place.school_admin, opinion="缺反思")
    assert (back.state, back.reason, back.asked_version) == (ShelvingState.RETURNED, "缺反思", None)
    again = actions.hand_in_resource(resource=resource, by=place.author, at=AT + timedelta(hours=1))
    assert (again.pk, again.state, again.reason) == (back.pk, ShelvingState.SUBMITTED, "")
    assert Chain.objects.filter(object_id=again.pk).count() == 2


def test_readers_see_the_version_that_was_reviewed(place):
    resource = place.shelved()
    actions.revise_resource(resource=resource, by=place.author, at=AT)
    with pytest.raises(Conflict, match="已有一版在写"):
        actions.revise_resource(resource=resource, by=place.author, at=AT)
    second = facts(title="换个名字", source="第二版的正文，补上了教学反思。")
    resource = actions.save_resource(resource=resource, facts=second, by=place.author, at=AT)
    assert resource.title != "换个名字"  # it stands on a shelf
    resource = actions.finish_resource(resource=resource, note="补反思", is_declared=True, by=place.author, at=AT)
    seen = reads.resource_page(resource, person_id=place.clerk.pk, number=None, sees_all=lambda _: False)
    own = reads.resource_page(resource, person_id=place.teacher.pk, number=None, sees_all=lambda _: True)
    assert (seen.version.number, own.version.number) == (1, 2)
    assert reads.resource_page(resource, person_id=place.clerk.pk, number=2, sees_all=lambda _: False) is None
    asked = actions.hand_in_resource(resource=resource, by=place.author, at=AT)
    assert (asked.state, asked.version, asked.asked_version) == (ShelvingState.SHELVED, 1, 2)
    place.decide(asked, BACK, place.school_admin, opinion="再看")
    assert Shelving.objects.get(pk=asked.pk).version == 1
    asked = actions.hand_in_resource(resource=resource, by=place.author, at=AT)
    assert place.decide(asked, OK, place.school_admin).version == 2
    assert counted("shelved") == 1


def test_a_review_is_taken_back_with_what_it_did(place):
    resource = place.shelved()
    row = Shelving.objects.get(resource=resource)
    chain = Chain.objects.get(pk=row.chain_id)
    approvals.undo(chain=chain, by=place.school_admin, at=AT)
    row.refresh_from_db()
    assert (row.state, row.version, row.asked_version, row.record_id) == (ShelvingState.SUBMITTED, None, 1, None)
    assert counted("shelved") == 0
    assert place.decide(row, OK, place.school_admin).state == ShelvingState.SHELVED
    assert counted("shelved") == 1


def test_featuring_and_taking_off(place):
    resource = place.shelved()
    row = Shelving.objects.select_related("org").get(resource=resource)
    with pytest.raises(NotPermitted):
        actions.feature_resource(shelving=row, by=place.author, at=AT)
    assert actions.feature_resource(shelving=row, by=place.school_admin, at=AT).featured_at == AT
    with pytest.raises(actions.NotToShelve):
        actions.feature_resource(shelving=row, by=place.school_admin, at=AT)
    actions.unfeature_resource(shelving=row, by=place.school_admin, at=AT)
    actions.feature_resource(shelving=row, by=place.school_admin, at=AT)
    with pytest.raises(Invalid, match="请写明下架的原因"):
        actions.take_off_shelf(shelving=row, reason="", by=place.school_admin, at=AT)
    off = actions.take_off_shelf(shelving=row, reason="内容过时", by=place.school_admin, at=AT)
    assert (off.state, off.featured_at, counted("shelved")) == (ShelvingState.WITHDRAWN, None, 0)
    assert actions.hand_in_resource(resource=resource, by=place.author, at=AT).state == ShelvingState.SUBMITTED


def test_taking_a_resource_away_ends_everything_about_it(place):
    resource = place.shelved()
    asked = actions.recommend_resource(resource=resource, unit=place.school, words="好", by=place.school_admin, at=AT)
    with pytest.raises(Invalid, match="撤下的原因"):
        actions.withdraw_resource(resource=resource, reason="", by=place.author, at=AT)
    gone = actions.withdraw_resource(resource=resource, reason="要重做", by=place.author, at=AT)
    assert gone.state == "withdrawn"
    assert set(Shelving.objects.values_list("state", flat=True)) == {"withdrawn"}
    assert Chain.objects.get(object_id=asked.pk).state == ChainState.WITHDRAWN
    assert counted("shelved") == 0
    with pytest.raises(NotFound):
        permissions.check_can_see_resource(place.school_admin, gone)
    with pytest.raises(Conflict):
        actions.withdraw_resource(resource=gone, reason="再撤", by=place.author, at=AT)


def test_places_of_a_quota_are_exact_and_come_back(place):
    quota = resources.library_quota(org=place.county, at_most=2, kind="教学设计")
    wide = resources.library_quota(org=place.county, at_most=None, at_least=3)
    three = [place.shelved() for _ in range(3)]
    other = place.shelved(kind="案例")
    asked = [actions.recommend_resource(resource=one, unit=place.school, words="好", by=place.school_admin, at=AT) for one in three[:2]]
    with pytest.raises(actions.QuotaFull, match="名额是 2 件，已经用完"):
        actions.recommend_resource(resource=three[2], unit=place.school, words="好", by=place.school_admin, at=AT)
    assert not Shelving.objects.filter(resource=three[2], org=place.county).exists()
    actions.recommend_resource(resource=other, unit=place.school, words="好", by=place.school_admin, at=AT)
    taken = dict(QuotaUse.objects.values_list("quota_id", "taken"))
    assert taken == {quota.pk: 2, wide.pk: 3}
    county = place.shelver(place.county, person_id=950)
    place.decide(asked[0], BACK, county, opinion="再改")
    assert QuotaUse.objects.get(quota=quota).taken == 1
    actions.recommend_resource(resource=three[2], unit=place.school, words="好", by=place.school_admin, at=AT)
    with pytest.raises(actions.QuotaFull):  # the decision cannot be taken back: its place is another's now
        approvals.undo(chain=Chain.objects.get(pk=Shelving.objects.get(pk=asked[0].pk).chain_id), by=county, at=AT)
    with pytest.raises(IntegrityError, match="catalogue_quota_use_within"), transaction.atomic():
        QuotaUse.objects.filter(quota=quota).update(taken=3)


def test_a_quota_is_set_changed_within_what_is_taken_and_ended(place):
    county = place.shelver(place.county, person_id=950)
    asked = {"from_on": resources.ON - timedelta(days=1), "until_on": resources.ON + timedelta(days=90)}
    with pytest.raises(NotPermitted, match="推优要求由"):
        actions.set_quota(org=place.county, facts=actions.QuotaFacts(at_most=2, **asked), by=place.school_admin, at=AT)
    for changes, field in (
        ({"at_most": 0}, "at_most"),
        ({"kind": "歌"}, "kind"),
        ({}, "at_least"),
        ({"at_most": 1, "at_least": 2}, "at_most"),
    ):
        with pytest.raises(Invalid) as refused:
            actions.set_quota(org=place.county, facts=actions.QuotaFacts(**{**asked, **changes}), by=county, at=AT)
        assert refused.value.field == field
    quota = actions.set_quota(org=place.county, facts=actions.QuotaFacts(at_most=2, at_least=1, words="有反思", **asked), by=county, at=AT)
    with pytest.raises(actions.QuotaInUse, match="已经定过"):
        actions.set_quota(org=place.county, facts=actions.QuotaFacts(at_most=3, **asked), by=county, at=AT)
    for _ in range(2):
        actions.recommend_resource(resource=place.shelved(), unit=place.school, words="好", by=place.school_admin, at=AT)
    with pytest.raises(actions.QuotaInUse, match="已经推荐了 2 件"):
        actions.set_quota(org=place.county, facts=actions.QuotaFacts(at_most=1, **asked), quota=quota, by=county, at=AT)
    actions.set_quota(org=place.county, facts=actions.QuotaFacts(at_most=3, **asked), quota=quota, by=county, at=AT)
    actions.recommend_resource(resource=place.shelved(), unit=place.school, words="好", by=place.school_admin, at=AT)
    rows = libraries.quota_rows(quota, number=1).rows
    assert [(one.name, one.taken, one.shelved) for one in rows] == [(place.school.name, 3, 0)]
    actions.end_quota(quota=quota, by=county, at=AT)
    with pytest.raises(actions.QuotaInUse):
        actions.end_quota(quota=quota, by=county, at=AT)
    actions.recommend_resource(resource=place.shelved(), unit=place.school, words="好", by=place.school_admin, at=AT)


def test_use_is_counted_by_people_and_days(place):
    resource = place.shelved()
    reader = Actor(person_id=place.clerk.pk, label="韩敏")
    for hours, took in ((0, False), (1, False), (1, True), (24, False)):
        actions.use_resource(resource=resource, is_download=took, by=reader, at=AT + timedelta(hours=hours))
    actions.use_resource(resource=resource, by=place.author, at=AT)  # the owner's own looks are not counted
    assert list(ResourceUse.objects.order_by("on").values_list("views", "downloads", "people")) == [(2, 1, 1), (1, 0, 1)]
    use = libraries.use_of(resource)
    assert (use.people, use.views, use.downloads) == (1, 3, 1)
    assert actions.tally_uses(by=SYSTEM, at=AT + timedelta(hours=24)) == 1
    assert Shelving.objects.get(resource=resource).uses == 1
    assert actions.tally_uses(by=SYSTEM, at=AT + timedelta(hours=24)) == 0
    with pytest.raises(NotFound):
        actions.use_resource(resource=resource, by=Actor(person_id=people.person(orgs.county_tree()[-1]).pk, label="外校"), at=AT)


def test_favourites_and_ratings_with_their_reason(place):
    resource = place.shelved()
    reader = Actor(person_id=place.clerk.pk, label="韩敏")
    actions.favour_resource(resource=resource, is_wanted=True, by=reader, at=AT)
    found = reads.favourites(place.clerk.pk, visible=permissions.visible_resources(reader), number=1)
    assert [one.resource for one in found.rows] == [resource]
    for stars, reason, field in ((6, "很好用，学生爱看", "stars"), (5, "好", "reason")):
        with pytest.raises(Invalid) as refused:
            actions.rate_resource(resource=resource, stars=stars, reason=reason, by=reader, at=AT)
        assert refused.value.field == field
    with pytest.raises(Invalid, match="自己的资源"):
        actions.rate_resource(resource=resource, stars=5, reason="很好用，学生爱看", by=place.author, at=AT)
    actions.rate_resource(resource=resource, stars=4, reason="例题层次清楚", by=reader, at=AT)
    actions.rate_resource(resource=resource, stars=5, reason="用过两轮更好", by=reader, at=AT)
    assert ResourceReader.objects.get(resource=resource).stars == 5
    use = libraries.use_of(resource)
    assert (use.favourites, use.ratings, float(use.stars)) == (1, 1, 5.0)
    actions.favour_resource(resource=resource, is_wanted=False, by=reader, at=AT)
    assert not reads.favourites(place.clerk.pk, visible=permissions.visible_resources(reader), number=1).rows


def test_who_sees_a_resource_is_the_same_twice(place):
    stranger = people.person(orgs.county_tree()[-1])
    here, draft = place.shelved(), resources.resource(owner=place.teacher, state="draft")
    up = place.shelved()
    waits = actions.recommend_resource(resource=up, unit=place.school, words="好", by=place.school_admin, at=AT)
    assert waits.state == ShelvingState.SUBMITTED
    away = actions.withdraw_resource(resource=place.shelved(), reason="重做", by=place.author, at=AT)
    actors = [
        place.author, place.school_admin, place.shelver(place.county, person_id=950), place.shelver(place.city, role="expert", person_id=951),
        Actor(person_id=place.clerk.pk, label="韩敏"), Actor(person_id=stranger.pk, label="外校"), SYSTEM,
    ]  # fmt: skip
    for actor in actors:
        seen = set(permissions.visible_resources(actor).values_list("pk", flat=True))
        for one in (here, draft, up, away):
            try:
                permissions.check_can_see_resource(actor, one)
                may = True
            except NotFound:
                may = False
            assert (one.pk in seen) == may, (actor.label, one.title, one.state)


def test_a_library_is_searched_and_counted_by_facets(place):
    for title, kind, stage in (("二次函数图象", "教学设计", "初中"), ("圆的性质", "课件", "初中"), ("函数单调性", "教学设计", "高中")):
        place.shelved(title=title, kind=kind, stage=stage)
    actions.reindex_resources(by=SYSTEM, at=AT)
    found = shelved.shelf(place.school.pk, LibraryFilters(text="函数"), number=1)
    assert sorted(one.resource.title for one in found.page.rows) == ["二次函数图象", "函数单调性"]
    assert (found.total, dict(found.facets["stage"])) == (2, {"初中": 1, "高中": 1})
    narrowed = shelved.shelf(place.school.pk, LibraryFilters(kind="教学设计", stage="初中"), number=1)
    assert (narrowed.total, dict(narrowed.facets["kind"]), dict(narrowed.facets["stage"])) == (
        1, {"教学设计": 1, "课件": 1}, {"初中": 1, "高中": 1},
    )  # fmt: skip
    with pytest.raises(NotPermitted):
        actions.reindex_resources(by=place.author, at=AT)


@pytest.mark.parametrize(
    ("field", "facts"), [("title", {"title": "代刷学时指南"}), ("tags", {"tags": ["代刷学时"]}), ("intro", {"intro": "可代刷学时"})]
)
def test_words_of_a_resource_pass_the_packs_when_it_is_finished(place, field, facts):
    facts = {
        "title": "分数的意义",
        "kind": "教学设计",
        "stage": "小学",
        "subject": "数学",
        "source": "认识分数，从分月饼开始，再到数轴。",
    } | facts
    draft = actions.draft_resource(facts=actions.ResourceFacts(**facts), by=place.author, at=AT)  # a draft says what it likes

    with pytest.raises(Invalid) as refused:
        actions.finish_resource(resource=draft, is_declared=True, by=place.author, at=AT)

    assert refused.value.field == field
    assert Resource.objects.get(pk=draft.pk).state == "draft"


def test_words_of_a_rating_pass_the_packs(place):
    colleague = people.person(place.school, name="李雷")
    reader = Actor(person_id=colleague.pk, label="李雷", grants=place.school_admin.grants)
    with pytest.raises(Invalid) as refused:
        actions.rate_resource(resource=place.shelved(), stars=5, reason="好，可代刷学时", by=reader, at=AT)
    assert (refused.value.field, ResourceReader.objects.count()) == ("reason", 0)
