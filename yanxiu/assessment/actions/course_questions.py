"""Questions of the bank put into courses: copies, which the course keeps whatever becomes of them in the bank."""

from collections.abc import Sequence
from datetime import datetime

import msgspec
from django.db import transaction
from django.utils.translation import gettext as _

from yanxiu.assessment import bank_permissions as permissions
from yanxiu.assessment import rendering
from yanxiu.assessment.models import BankQuestion, QuestionVersion
from yanxiu.catalogue import actions as catalogue
from yanxiu.catalogue import content
from yanxiu.catalogue.models import Step, StepKind
from yanxiu.kit.actor import Actor
from yanxiu.kit.errors import Conflict, Invalid


@transaction.atomic
def put_into_course(*, questions: Sequence[BankQuestion], step: Step, by: Actor, at: datetime) -> int:
    """Append copies of approved choice questions to a test or question step of a draft course; return how many are new in it.

    Raises NotFound, NotPermitted; Invalid for questions of another kind; Conflict for a step of another kind or a locked course.
    Cost: 10 queries.
    """
    for question in questions:
        permissions.check_can_see_question(by, question)
    versions = QuestionVersion.objects.filter(pk__in=[question.approved_id for question in questions]).order_by("question_id")
    written = [content.read_question(version.content) for version in versions]
    if len(written) != len(questions) or not written:
        raise Invalid(_("只能放审过的题，请先送审。"), field="question")
    choices = [one for one in written if isinstance(one, content.Question)]
    if len(choices) != len(written):
        raise Invalid(_("课程里的测试和回馈题只收单选、多选和判断题，请去掉别的题型。"), field="question")
    if rendering.files_in(choices):
        raise Invalid(_("课程里的题不显示图片和声音，请去掉带图带声音的题。"), field="question")
    held: content.Test | content.QuestionSet
    if step.kind == StepKind.TEST:
        held = content.read(step.content, content.Test)
    elif step.kind == StepKind.QUESTION:
        held = content.read(step.content, content.QuestionSet)
    else:
        raise Conflict(_("这个环节不是测试，也不是回馈题，放不进题目。"))
    present = {content.digest_of(one) for one in held.questions}
    fresh = [one for one in choices if content.digest_of(one) not in present]
    if fresh:
        changed = msgspec.structs.replace(held, questions=(*held.questions, *fresh))
        catalogue.replace_step(step=step, title=step.title, content=changed, by=by, at=at)
    return len(fresh)
