"""An exam that was sat, with the people who handle, mark and appeal against its results in browsers of their own."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.urls import reverse

from tests.assessment import factories as make
from tests.assessment import scored
from tests.assessment.scored import OVER, RIGHT, WORDS
from yanxiu.access import actions as access
from yanxiu.assessment import actions
from yanxiu.assessment.models import Exam, MarkingTask, Sitting
from yanxiu.kit.actor import SYSTEM
from yanxiu.programmes.models import Enrolment


@dataclass
class Stage:
    """教务 handles results, 王老师 marks as an expert, 李雷 sat the exam."""

    cast: object
    exam: Exam
    sitting: Sitting

    def url(self, name: str, *args: int) -> str:
        return reverse(f"assessment:{name}", args=args or [self.exam.pk])

    @property
    def office(self):
        return self.cast.client_of("教务")

    @property
    def learner(self):
        return self.cast.client_of("李雷")

    @property
    def expert(self):
        hat = next(one for one in self.cast.hats("王老师") if one.role.code == "expert")
        return self.cast.client_of("王老师", hat=str(hat.id))

    def more(self, count: int = 9) -> None:
        for _number in range(count):
            scored.sat(self.exam, {**RIGHT, 4: WORDS}, enrolment=make.participant(self.exam.programme, self.cast.school))
        actions.lay_out(since=OVER.replace(year=2000), by=SYSTEM, at=OVER)


def staged(cast) -> Stage:
    """An exam with an essay that waits for its mark."""
    programme = make.programme(cast.county)
    person = cast.person("李雷")
    enrolment = Enrolment.objects.create(
        programme=programme, version_id=programme.current_id, person=person, unit=cast.school, unit_path=cast.school.path, stage="初中",
        subject="数学", enrolled_at=make.AT,
    )  # fmt: skip
    access.appoint(person=cast.person("王老师"), role="expert", org=cast.county, from_on=date(2020, 1, 1), by=SYSTEM, at=make.AT)
    exam = scored.written_exam(programme=programme, appeal_days=30_000, reveal="answers", title="期末网上考核")
    sitting = scored.sat(exam, {**RIGHT, 4: WORDS}, enrolment=enrolment)
    actions.lay_out(since=OVER.replace(year=2000), by=SYSTEM, at=OVER)
    return Stage(cast=cast, exam=exam, sitting=sitting)


def released(stage: Stage) -> None:
    """The essay is marked, and the results are out."""
    task = MarkingTask.objects.select_related("exam").get(sitting=stage.sitting)
    actions.mark_answer(
        task=task, round_number=1, points=Decimal(6), comment="有事实，缺判断", by=scored.marker(stage.cast.county), at=OVER
    )  # fmt: skip
    scored.released(stage.exam)
