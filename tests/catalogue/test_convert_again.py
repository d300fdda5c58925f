"""Another try at a conversion: by the author on the course's page, by the operator on the list of what was not converted."""

import pytest
from django.urls import reverse

from tests.catalogue import factories as make
from tests.files.factories import AT, rendition, stored_row
from yanxiu.catalogue import actions, lint
from yanxiu.catalogue.models import Course, Step, StepKind
from yanxiu.files import actions as files
from yanxiu.files import queries as stored
from yanxiu.files.conversion import Failed
from yanxiu.files.models import Rendition
from yanxiu.kit.actor import SYSTEM
from yanxiu.kit.errors import Conflict, NotFound, NotPermitted
from yanxiu.orgs.models import Org
from yanxiu.records.models import Record

pytestmark = pytest.mark.django_db


@pytest.fixture
def unit(cast) -> Org:
    return cast.actor("方案") and Org.objects.get(path=cast.actor("方案").grants[0].path)


@pytest.fixture
def course(unit) -> Course:
    return make.course(owner=unit, title="有效观课")


def document(course: Course, *, warnings: tuple[str, ...] = (), **made) -> Step:
    file = stored_row(name="讲稿.pptx", kind="document", media_type="application/x", seconds=0, facts={"warnings": list(warnings)})
    if made:
        rendition(file=file, kind="pages", **made)
    number = Step.objects.filter(course=course).count() + 1
    return Step.objects.create(course=course, number=number, kind=StepKind.DOCUMENT, title="讲稿", media=file)


FAILED = {"state": "failed", "reason": "PowerPoint 读不出内容。", "storage_name": ""}


def test_the_author_has_a_failed_conversion_made_again(course):
    step = document(course, **FAILED)

    assert actions.convert_again(step=step, by=make.worker("designer", course.owner), at=AT) == 1

    assert Rendition.objects.get().state == "waiting"
    record = Record.objects.get(verb="asked_to_convert", object_type="step")
    assert (record.object_id, record.actor_id) == (str(step.pk), 100)
    with pytest.raises(Conflict, match="没有要再转的"):
        actions.convert_again(step=step, by=SYSTEM, at=AT)


def test_others_may_not_and_a_step_without_a_file_has_nothing_to_convert(course):
    step = document(course, **FAILED)

    for by in (make.learner(), make.worker("designer", make.county())):
        with pytest.raises((NotPermitted, NotFound)):
            actions.convert_again(step=step, by=by, at=AT)
    Step.objects.filter(pk=step.pk).update(media=None)
    with pytest.raises(Conflict, match="没有文件"):
        actions.convert_again(step=Step.objects.get(pk=step.pk), by=SYSTEM, at=AT)
    assert not Record.objects.filter(verb="asked_to_convert").exists()


def test_what_looks_wrong_is_made_anew_and_shown_until_then_also_when_it_fails(course, monkeypatch):
    step = document(course, state="done", facts={"pages": [{"width": 9, "height": 9, "text": ""}], "total": 1})
    before = Rendition.objects.get().storage_name

    actions.convert_again(step=step, by=SYSTEM, at=AT)
    assert len(stored.pages(step.media, person_id=7, at=AT).pages) == 1

    def broken(*_words, **_facts):
        raise Failed("打不开")

    monkeypatch.setattr("yanxiu.files.actions.converting.conversion.run", broken)
    files.convert(rendition=Rendition.objects.select_related("file").get(), by=SYSTEM, at=AT)
    kept = Rendition.objects.get()
    assert (kept.state, kept.storage_name, kept.reason) == ("done", before, "打不开")
    assert len(stored.pages(step.media, person_id=7, at=AT).pages) == 1


def test_the_course_shows_what_was_made_and_the_button(cast, course):
    broken, whole = document(course, **FAILED), document(course, state="done")
    designer = cast.client_of("方案")
    page = designer.get(reverse("catalogue:course", args=[course.pk])).text

    assert "没有转成：页面图" in page
    assert "PowerPoint 读不出内容。" in page
    assert page.index("没有转成：页面图") < page.index("已转好：页面图")
    answer = designer.post(reverse("catalogue:convert_again", args=[broken.pk]))
    assert answer.status_code == 302
    assert Rendition.objects.get(file=broken.media).state == "waiting"
    assert Rendition.objects.get(file=whole.media).state == "done"
    assert "素材" not in cast.client_of("李雷").get(reverse("catalogue:course", args=[course.pk])).text


def test_a_course_with_many_files_asks_as_often(cast, course, assert_same_queries):
    designer, address = cast.client_of("方案"), reverse("catalogue:course", args=[course.pk])

    document(course, **FAILED)

    assert_same_queries(lambda: designer.get(address), lambda: [document(course, **FAILED) for _ in range(9)])


def test_up_12_what_an_author_forgot_is_said_before_publication_and_does_not_keep_from_it(cast, course):
    document(course, warnings=("文件属性里有姓名：王芳。不想公开的话，请删去再传。",), state="done")
    steps = list(Step.objects.select_related("media", "captions"))

    said = next(one for one in lint.problems(course, steps) if "王芳" in one.text)

    assert (said.step_number, said.blocks) == (1, False)
    assert "第 1 个环节：文件属性里有姓名：王芳" in cast.client_of("方案").get(reverse("catalogue:course", args=[course.pk])).text


def test_the_operator_sees_what_failed_and_asks_again(cast, course):
    step = document(course, **FAILED)
    operator, address = cast.client_of("运维"), reverse("files:conversions")
    page = operator.get(address).text

    assert "1 项没有转成" in page
    assert "讲稿.pptx" in page
    answer = operator.post(reverse("files:convert_again", args=[step.media_id]), {"back": address})
    assert (answer.status_code, answer["location"]) == (302, address)
    assert Record.objects.get(verb="asked_to_convert", object_type="file").actor_id == cast.actor("运维").person_id
    assert "1 项排队转换" in operator.get(address).text
    for name in ("方案", "李雷"):
        assert cast.client_of(name).get(address).status_code == 403
        assert cast.client_of(name).post(reverse("files:convert_again", args=[step.media_id])).status_code == 404


def test_the_list_of_the_operator_asks_as_often_for_many(cast, assert_same_queries):
    operator = cast.client_of("运维")

    rendition(kind="hls", **FAILED)

    assert_same_queries(lambda: operator.get(reverse("files:conversions")), lambda: [rendition(kind="hls", **FAILED) for _ in range(9)])
    assert "都转好了" not in operator.get(reverse("files:conversions")).text


def test_what_nobody_needs_stands_apart_from_what_failed(cast):
    operator, address = cast.client_of("运维"), reverse("files:conversions")
    rendition(kind="hls", state="skipped", reason="这个视频本来就小。", ended_at=make.AT)

    page = operator.get(address).text
    assert "没有失败的，也没有排队的" in page
    assert "都转好了" in page
    apart = operator.get(f"{address}?show=skipped").text
    assert "这个视频本来就小。" in apart
    assert f'value="{address}?show=skipped"' in apart
