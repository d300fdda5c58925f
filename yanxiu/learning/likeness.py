"""Contributions to discussions among the texts that are compared."""

from datetime import datetime

from yanxiu.catalogue import content
from yanxiu.catalogue.models import Step
from yanxiu.integrity.models import TextKind
from yanxiu.integrity.similarity import Text
from yanxiu.programmes.models import Enrolment

POST = "course_post"


def text_of_post(enrolment: Enrolment, step: Step, words: str, *, post_id: int, at: datetime) -> Text:
    """Return a contribution as it is compared; the question asked counts for nobody."""
    asked = content.read(step.content, content.Discussion)
    return Text(
        kind=TextKind.POST, object_type=POST, object_id=post_id, body=words, person_id=enrolment.person_id, unit_path=enrolment.unit_path,
        written_at=at, programme_id=enrolment.programme_id, programme_title=enrolment.programme.title, task=f"step:{step.pk}",
        title=f"{step.title}发言", template=(asked.prompt,),
    )  # fmt: skip
