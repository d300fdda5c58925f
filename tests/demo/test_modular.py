"""The demo's courses of modules hold every kind of step but plain text, and the catalogue takes them."""

from types import SimpleNamespace

import pytest

from tests.assessment.factories import rubric
from tests.catalogue.factories import county, film, published_case
from yanxiu.catalogue.models import Module, Step, StepKind
from yanxiu.demo import modular
from yanxiu.demo.slides import duration
from yanxiu.demo.town import modules


@pytest.mark.django_db
@pytest.mark.slow  # pictures are drawn and checked
def test_they_are_written_and_come_where_they_should(at, settings, tmp_path):
    settings.DATA = tmp_path
    published_case()
    stored = {key: film(seconds=duration(script)) for key, script in modular.films()}
    home = county()

    courses = modules.stock(SimpleNamespace(county=home), stored, rubric(home), at=at, lately=at)

    assert [course.state for course in courses.values()] == ["published", "review"]
    used = set(Step.objects.values_list("kind", flat=True))
    assert used == set(StepKind.values) - {StepKind.TEXT}
    assert Module.objects.count() == 5
    assert not Step.objects.filter(module__isnull=True).exists()


def test_questions_stand_inside_their_films():
    for course in modular.courses():
        for module in course.modules:
            for step in module.steps:
                if isinstance(step, modular.FilmStep):
                    length = duration(modular.script_of(course, step.title, step.script))
                    assert all(cue.second < length for cue in step.cues)
