"""Packages in courses: taken in whole or not at all, tried, placed, replaced, given back; who may, and what is left by a refusal."""

import os
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from tests.catalogue import factories as make
from tests.catalogue import package_samples as samples
from yanxiu.catalogue import actions, content
from yanxiu.catalogue.models import Package, Step, StepKind
from yanxiu.catalogue.queries import packages as queries
from yanxiu.files import packages as folders
from yanxiu.files import queries as stored
from yanxiu.files.models import StoredFile
from yanxiu.kit.actor import SYSTEM
from yanxiu.kit.errors import Conflict, Invalid, NotFound, NotPermitted
from yanxiu.records.models import Record

RULE = content.Package(package_id=0)


def taken(course, raw: bytes | None = None, *, name: str = "班级公约.zip", by=SYSTEM) -> Package:
    file = SimpleUploadedFile(name, samples.single_12() if raw is None else raw)
    return actions.import_package(course=course, sent=file, by=by, at=make.AT)


def left() -> list[str]:
    """Whatever files lie in the folder of this test."""
    return [path.name for path in stored.folder().rglob("*") if path.is_file()]


@pytest.fixture
def course(db):
    return make.course()


def test_a_package_is_kept_with_its_original_and_its_files(course):
    package = taken(course)

    assert (package.title, package.edition, package.file_count, package.encoding) == ("班级公约怎样定", "scorm12", 5, "ascii")
    assert package.owner == course.owner
    assert stored.path(package.file).read_bytes()[:4] == b"PK\x03\x04"
    assert [line.path for line in queries.files_of(package)][:2] == ["adlcp_rootv1p2.xsd", "data/img/pixel.png"]
    record = Record.objects.get(verb="imported")
    assert (record.object_type, record.object_id) == ("package", str(package.pk))


@pytest.mark.parametrize(
    ("raw", "reason"), [(samples.with_entry("../x"), "班级公约.zip.*包外面"), (b"", "空的"), (b"Rar!\x1a\x07", "不是 ZIP")]
)
def test_a_refused_package_leaves_nothing(course, raw, reason):
    with pytest.raises(Invalid, match=reason):
        taken(course, raw)

    assert left() == []
    assert not Package.objects.exists()
    assert not StoredFile.objects.filter(deleted_at__isnull=True).exists()


@pytest.mark.django_db(transaction=True)
def test_a_package_refused_by_its_manifest_leaves_nothing():
    course = make.course()

    with pytest.raises(Invalid, match=r"班级公约.zip.*没有“imsmanifest.xml”"):
        taken(course, samples.zipped({"a.txt": b"x"}))

    assert left() == []
    assert not Package.objects.exists()


def test_a_failure_after_unpacking_leaves_no_folder(course, monkeypatch):
    def broken(*_args, **_facts):
        raise OSError("disk")

    monkeypatch.setattr(actions.packages, "record", broken)

    with pytest.raises(OSError, match="disk"):
        taken(course)

    assert not list(folders.stored(stored.folder()))


def test_other_names_and_kinds_are_refused_in_words(course):
    with pytest.raises(Invalid, match="课件包"):
        taken(course, name="课件.rar")


def test_who_may_take_in_and_place(course):
    package = taken(course)
    elsewhere = make.worker("designer", make.county())
    stranger = make.learner()

    for by in (elsewhere, stranger):
        with pytest.raises((NotPermitted, NotFound)):
            taken(course, by=by)
        with pytest.raises((NotPermitted, NotFound)):
            actions.place_package(course=course, package=package, title="学", rule=RULE, by=by, at=make.AT)
    foreign = make.course()
    author = make.worker("designer", foreign.owner)
    with pytest.raises(NotFound):
        actions.place_package(
            course=foreign, package=package, title="学", rule=content.Package(package_id=package.pk), by=author, at=make.AT
        )


def test_a_package_becomes_a_step_and_is_replaced(course):
    first, second = taken(course), taken(course, samples.multi_12())
    author = make.worker("designer", course.owner)

    step = actions.place_package(
        course=course, package=first, title="学课件", rule=content.Package(package_id=first.pk), by=author, at=make.AT
    )
    actions.place_package(
        course=course, package=second, title="学新课件", rule=content.Package(package_id=second.pk), step=step, by=author, at=make.AT
    )

    step = Step.objects.get()
    assert (step.kind, step.title) == (StepKind.PACKAGE, "学新课件")
    assert content.read(step.content, content.Package).package_id == second.pk
    assert Package.objects.count() == 2  # the earlier one stays: versions may share it


def test_pages_without_reports_count_by_time_only(course):
    package = taken(course, samples.pages(), name="网页.zip")

    with pytest.raises(Invalid, match="打开够时长"):
        actions.place_package(
            course=course, package=package, title="看", rule=content.Package(package_id=package.pk), by=SYSTEM, at=make.AT
        )
    rule = content.Package(package_id=package.pk, counts="opened")
    assert actions.place_package(course=course, package=package, title="看", rule=rule, by=SYSTEM, at=make.AT).number == 1


@pytest.mark.django_db
def test_a_published_course_takes_no_package():
    course = make.published_course()
    package = make.package(owner=course.owner)

    with pytest.raises(Conflict):
        actions.place_package(
            course=course, package=package, title="学", rule=content.Package(package_id=package.pk), by=SYSTEM, at=make.AT
        )


def test_a_package_that_is_gone_is_no_step(course):
    with pytest.raises(Invalid, match="不在了"):
        actions.add_step(course=course, title="学", content=content.Package(package_id=999), by=SYSTEM, at=make.AT)


def test_sweeping_takes_only_what_nobody_owns(course):
    package = taken(course)
    folder = stored.folder()
    for name in ("0" * 32, "f" * 32):
        folders.place_of(folder, name).mkdir(parents=True)
    (folders.root_of(folder) / "incoming" / "x").mkdir(parents=True, exist_ok=True)
    old = (make.AT - timedelta(days=2)).timestamp()
    for place in (
        folders.place_of(folder, "0" * 32),
        folders.place_of(folder, package.storage_name),
        folders.root_of(folder) / "incoming" / "x",
    ):
        os.utime(place, (old, old))

    assert actions.sweep_packages(by=SYSTEM, at=make.AT) == 2

    assert {name for name, _ in folders.stored(folder)} == {"f" * 32, package.storage_name}
    with pytest.raises(NotPermitted):
        actions.sweep_packages(by=make.learner(), at=make.AT)


@pytest.fixture
def designer(cast, db):
    return cast.client_of(next(name for name in cast.names if cast.actor(name).may("catalogue.draft")))


@pytest.fixture
def draft(cast, db):
    name = next(name for name in cast.names if cast.actor(name).may("catalogue.draft"))
    path = cast.actor(name).paths("catalogue.draft")[0]
    from yanxiu.orgs.models import Org

    return make.course(owner=Org.objects.get(path=path))


def test_the_way_from_file_to_step_on_pages(designer, draft):
    url = reverse("catalogue:add_package", args=[draft.pk])
    assert designer.get(url).status_code == 200

    sent = designer.post(url, {"package": SimpleUploadedFile("公约.zip", samples.multi_2004())})
    package = Package.objects.get()
    assert (sent.status_code, sent["Location"]) == (302, reverse("catalogue:package", args=[draft.pk, package.pk]))

    page = designer.get(sent["Location"]).content.decode()
    assert "《有效观课》读懂了，SCORM 2004 第 3 版，3 个单元" in page
    assert "写观课记录" in page
    assert "可以伪造" in page
    tried = designer.post(reverse("catalogue:try_package", args=[draft.pk, package.pk])).json()
    assert [unit["id"] for unit in tried["units"]] == ["a", "b", "c"]
    assert tried["tree"]["activityTree"]["sequencingControls"] == {"choice": True, "flow": True}
    assert "/p/" in designer.get(reverse("catalogue:download_package", args=[package.pk]))["Location"] + "/p/"

    placed = designer.post(sent["Location"], {"title": "学课件", "counts": "passed", "minutes": "10", "pass_score": "80"})
    assert placed.status_code == 302
    step = Step.objects.get()
    assert content.read(step.content, content.Package) == content.Package(
        package_id=package.pk, counts="passed", min_seconds=600, pass_score=80
    )
    again = designer.get(reverse("catalogue:replace_step", args=[step.pk]))
    assert again["Location"] == f"{sent['Location']}?step={step.pk}"
    assert 'value="10"' in designer.get(again["Location"]).content.decode()


def test_a_refusal_stands_at_its_field(designer, draft):
    url = reverse("catalogue:add_package", args=[draft.pk])

    response = designer.post(url, {"package": SimpleUploadedFile("坏.zip", samples.with_entry("../x"))})

    assert response.status_code == 422
    assert "想写到包外面去" in response.content.decode()
    assert designer.post(url, {}).status_code == 422


def test_the_page_of_a_package_costs_the_same_for_many_units(designer, draft, django_assert_max_num_queries):
    package = make.package(owner=draft.owner, scos=60)

    with django_assert_max_num_queries(10):
        assert designer.get(reverse("catalogue:package", args=[draft.pk, package.pk])).status_code == 200
