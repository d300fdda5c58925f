"""Who may see and decide on a question file that was brought: who brought it, while he writes for the unit."""

from functools import reduce
from operator import or_

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from yanxiu.assessment.bank_permissions import WRITE_QUESTIONS
from yanxiu.assessment.models import BankQuestion, QuestionImport
from yanxiu.kit.actor import Actor
from yanxiu.kit.errors import NotFound


def visible_question_imports(actor: Actor) -> QuerySet[QuestionImport]:
    """Return the imports that the actor brought himself, for units for which he writes questions."""
    places = reduce(or_, (Q(owner__path__startswith=path) for path in actor.paths(WRITE_QUESTIONS)), Q(pk__in=[]))
    return QuestionImport.objects.filter(places, person_id__isnull=False, person_id=actor.person_id)


def check_can_see_question_import(actor: Actor, brought: QuestionImport) -> None:
    """Raise NotFound unless the actor brought the file, and writes for its unit."""
    is_own = brought.person_id is not None and brought.person_id == actor.person_id
    if not is_own or not actor.may(WRITE_QUESTIONS, path=brought.owner.path):
        raise NotFound(_("没有找到这次导入。它可能是别人的，或已清理。"))


def writable_questions(actor: Actor) -> QuerySet[BankQuestion]:
    """Return the questions of the units for which the actor writes: these he may take out as files."""
    places = reduce(or_, (Q(owner__path__startswith=path) for path in actor.paths(WRITE_QUESTIONS)), Q(pk__in=[]))
    return BankQuestion.objects.filter(places)
