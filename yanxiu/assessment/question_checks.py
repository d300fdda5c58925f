"""What a question may name: pictures and sounds of its writer, rubrics of its owner."""

from collections.abc import Sequence

from django.utils.translation import gettext as _

from yanxiu.assessment import rendering
from yanxiu.assessment.models import RubricUse
from yanxiu.assessment.queries.rubrics import usable_rubrics
from yanxiu.catalogue.content import AnyQuestion, Written
from yanxiu.files.models import StoredFile
from yanxiu.kit.actor import Actor
from yanxiu.kit.errors import Invalid
from yanxiu.orgs.models import Org


def check_files(questions: Sequence[AnyQuestion], *, known: set[int], by: Actor) -> None:
    """Raise Invalid unless pictures and sounds are the writer's own uploads, or were in the question before."""
    wanted = rendering.files_in(questions) - known
    if not wanted:
        return
    own = StoredFile.objects.filter(pk__in=wanted, uploaded_by=by.person_id, kind__in=("image", "audio"), deleted_at__isnull=True)
    missing = wanted - set(own.values_list("pk", flat=True))
    if missing:
        words = {"number": min(missing)}
        raise Invalid(_("题里写了图片或声音“file:%(number)s”，您没有传过这个文件。请在题干下面重新上传，再插进去。") % words, field="stem")


def check_rubric(question: AnyQuestion, owner: Org, *, before: AnyQuestion | None = None) -> None:
    """Raise Invalid unless the rubric that a question names is the owner's to use, or stood there before."""
    named = question.rubric_id if isinstance(question, Written) else None
    if named is None or (isinstance(before, Written) and before.rubric_id == named):
        return
    if named not in {one.pk for one in usable_rubrics(owner, RubricUse.HOMEWORK)}:
        raise Invalid(_("这份评价标准不在可选的里面，可能已停用。请重新选。"), field="rubric")
