"""What lay in the older tables of steps and questions is among the drafts of all forms after the update."""

import json
from datetime import UTC, datetime
from importlib import import_module

import pytest
from django.db import connection
from django.urls import resolve

from tests.assessment import exam_factories as exams
from tests.catalogue import factories as catalogue
from tests.programmes import factories as programmes
from yanxiu.assessment.drafting import question_key
from yanxiu.catalogue.drafting import step_key
from yanxiu.drafts.models import Draft

pytestmark = pytest.mark.django_db
AT = datetime(2026, 11, 20, 4, 0, tzinfo=UTC)
STEPS = "CREATE TEMP TABLE catalogue_formdraft (course_id bigint, person_id bigint, step_id bigint, kind text, typed jsonb, saved_at timestamptz)"
QUESTIONS = (
    "CREATE TEMP TABLE assessment_questiondraft (person_id bigint, question_id bigint, type text, typed jsonb, saved_at timestamptz)"
)


def carry(module: str, table: str, into: str, rows: list[tuple[object, ...]]) -> list[Draft]:
    """Lay the older table beside the present ones, carry it over as the migration does, and return what is there."""
    with connection.cursor() as cursor:
        cursor.execute(table)
        cursor.executemany(f"INSERT INTO {into} VALUES ({', '.join(['%s'] * len(rows[0]))})", rows)
        cursor.execute(import_module(module).CARRY)
    return list(Draft.objects.order_by("key"))


def test_what_authors_typed_into_steps_is_carried_over():
    who, course = programmes.teacher(programmes.org()), catalogue.course()
    step = catalogue.step(course=course, title="第一讲")
    typed = json.dumps({"title": "半句", "source": "写到一半", "minutes": "5"})
    gone = json.dumps({"title": "没有这个人"})
    rows = [
        (course.pk, who.pk, None, "text", typed, AT),
        (course.pk, who.pk, step.pk, "text", typed, AT),
        (course.pk, 1, None, "text", gone, AT),
    ]

    new, other = carry("yanxiu.catalogue.migrations.0006_form_drafts_to_drafts", STEPS, "catalogue_formdraft", rows)

    assert (new.key, other.key) == (step_key(course.pk, "text", None), step_key(course.pk, "text", step.pk))
    assert new.initial == {"title": "半句", "source": "写到一半", "minutes": "5"}
    assert (new.person, new.saved_at, new.place, other.place) == (who, AT, f"{course.title}，写阅读", f"{course.title}，改“第一讲”")
    assert [resolve(one.address).url_name for one in (new, other)] == ["add_step", "replace_step"]


def test_what_was_typed_into_questions_is_carried_over():
    who, question = programmes.teacher(programmes.org()), exams.bank_question()
    typed = json.dumps({"stem": "观课先做什么？", "source": "教研室"})
    rows = [(who.pk, None, "single", typed, AT), (who.pk, question.pk, question.type, typed, AT)]

    written, new = carry("yanxiu.assessment.migrations.0014_question_drafts_to_drafts", QUESTIONS, "assessment_questiondraft", rows)

    assert (new.key, written.key) == (question_key("single", None), question_key(question.type, question.pk))
    assert new.initial == {"stem": "观课先做什么？", "source": "教研室", "title": ""}
    assert [resolve(one.address).url_name for one in (new, written)] == ["new_question", "edit_question"]
