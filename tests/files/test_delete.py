"""Deleting a file."""

import pytest

from tests.files.factories import stored_file, stored_row
from yanxiu.files import actions, queries
from yanxiu.kit.actor import SYSTEM, Actor
from yanxiu.kit.errors import Conflict, NotPermitted
from yanxiu.records.models import Record

pytestmark = pytest.mark.django_db
LILEI = Actor(person_id=7, label="李雷")


@pytest.mark.slow  # a real file is looked at by a process of its own
def test_the_bytes_go_when_the_transaction_is_kept_and_the_row_stays(at, django_capture_on_commit_callbacks):
    file = stored_file(by=LILEI)

    with django_capture_on_commit_callbacks(execute=True):
        actions.delete(file=file, by=LILEI, at=at)
        assert queries.path(file).exists()

    assert not queries.path(file).exists()
    file.refresh_from_db()
    assert file.deleted_at == at
    assert Record.objects.filter(verb="deleted", object_type="file", object_id=str(file.pk)).count() == 1


def test_only_who_brought_it_or_the_system_deletes(at):
    file = stored_row(uploaded_by=7)

    with pytest.raises(NotPermitted, match="不是您上传的"):
        actions.delete(file=file, by=Actor(person_id=8, label="外人"), at=at)

    actions.delete(file=file, by=SYSTEM, at=at)


def test_twice_is_a_conflict(at):
    file = stored_row(uploaded_by=7)
    actions.delete(file=file, by=LILEI, at=at)

    with pytest.raises(Conflict, match="已经删除"):
        actions.delete(file=file, by=LILEI, at=at)

    assert Record.objects.filter(verb="deleted").count() == 1
