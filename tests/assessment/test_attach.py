"""Files of a homework: attach and take away; works, who may, refuses, edge, idempotent."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from tests.assessment import factories as make
from tests.files import samples
from yanxiu.assessment import actions
from yanxiu.assessment.models import Attachment
from yanxiu.files.inspection import Unusable
from yanxiu.files.models import StoredFile
from yanxiu.kit.errors import Conflict, Invalid, NotPermitted

pytestmark = pytest.mark.slow  # a file is looked at by a process of its own


@pytest.fixture(autouse=True)
def folder(settings, tmp_path):
    settings.DATA = tmp_path
    return tmp_path / "files"


def attach(place, data=samples.PDF, name="观课记录.pdf", *, by=None, step=None):
    return actions.attach(
        enrolment=place.enrolment, step=step or place.homework, sent=SimpleUploadedFile(name, data), by=by or place.learner, at=make.AT
    )


def bytes_left(folder):
    return [path for path in folder.rglob("*") if path.is_file()] if folder.exists() else []


def test_a_file_is_kept_under_its_name_with_the_homework(place, folder):
    kept = attach(place)

    assert (kept.file.name, kept.file.media_type, kept.submission.enrolment_id) == ("观课记录.pdf", "application/pdf", place.enrolment.pk)
    assert len(bytes_left(folder)) == 1


def test_nobody_attaches_for_another_and_nothing_is_stored(place, folder):
    with pytest.raises(NotPermitted):
        attach(place, by=place.tutor)

    assert bytes_left(folder) == []


def test_a_file_that_is_not_what_it_says_is_refused_and_nothing_is_stored(place, folder):
    with pytest.raises(Unusable):
        attach(place, data=b"MZ\x90\x00 not a document")

    assert not Attachment.objects.exists()
    assert not StoredFile.objects.filter(name="观课记录.pdf").exists()
    assert bytes_left(folder) == []


def test_where_no_files_are_asked_for_none_is_taken(place):
    with pytest.raises(Invalid, match="不收附件"):
        attach(place, step=make.homework_step(place.homework.course, attachments=0))


def test_one_more_than_allowed_is_refused_before_it_is_stored(place, folder):
    for number in (1, 2):
        attach(place, name=f"{number}.pdf")

    with pytest.raises(Invalid, match="最多 2 个，已有 2 个"):
        attach(place, name="3.pdf")

    assert len(bytes_left(folder)) == 2


def test_when_another_upload_took_the_last_place_meanwhile_the_file_goes_again(
    place, monkeypatch, django_capture_on_commit_callbacks, folder
):
    step = make.homework_step(place.homework.course, attachments=1)
    receive = actions.homework.files.receive

    def store_while_another_arrives(**facts):
        stored = receive(**facts)
        make.attachment(place.enrolment, step)
        return stored

    monkeypatch.setattr(actions.homework.files, "receive", store_while_another_arrives)
    with django_capture_on_commit_callbacks(execute=True), pytest.raises(Invalid, match="最多 1 个"):
        attach(place, step=step)

    assert Attachment.objects.filter(removed_at__isnull=True).count() == 1
    assert StoredFile.objects.get(name="观课记录.pdf").deleted_at == make.AT
    assert bytes_left(folder) == []


def test_taking_a_file_away_makes_room_and_removes_the_bytes(place, folder, django_capture_on_commit_callbacks):
    kept = attach(place)

    with django_capture_on_commit_callbacks(execute=True):
        actions.detach(attachment=kept, by=place.learner, at=make.AT)

    kept.refresh_from_db()
    assert kept.removed_at == make.AT
    assert bytes_left(folder) == []


def test_what_was_once_handed_in_keeps_its_bytes(place, folder):
    kept = attach(place)
    held = make.submission(place.enrolment, place.homework)
    with pytest.raises(actions.HomeworkState):
        actions.detach(attachment=kept, by=place.learner, at=make.AT)
    actions.return_homework(submission=held, reason="请换一份", by=place.tutor, at=make.AT)

    actions.detach(attachment=kept, by=place.learner, at=make.AT)

    assert len(bytes_left(folder)) == 1


def test_taking_away_twice_is_a_conflict(place):
    kept = attach(place)
    actions.detach(attachment=kept, by=place.learner, at=make.AT)

    with pytest.raises(Conflict, match="已经撤下"):
        actions.detach(attachment=kept, by=place.learner, at=make.AT)


def test_a_colleague_takes_nothing_away(place):
    kept = attach(place)

    with pytest.raises(NotPermitted):
        actions.detach(attachment=kept, by=make.learner(make.participant(place.programme, place.school)), at=make.AT)
