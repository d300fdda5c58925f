"""What is asked about courses, modules, steps and lesson cases. The actions judge; forms only take apart."""

from collections.abc import Mapping

from yanxiu.catalogue.forms.cases import CaseForm
from yanxiu.catalogue.forms.courses import CourseForm, ModuleForm, ReasonForm
from yanxiu.catalogue.forms.homework import HomeworkForm
from yanxiu.catalogue.forms.resources import FinishForm, QuotaForm, RatingForm, ResourceFileForm, ResourceForm, WordsForm
from yanxiu.catalogue.forms.steps import (
    CaseStudyForm,
    DiscussionForm,
    DocumentForm,
    FilmForm,
    ImagesForm,
    LinkForm,
    OfflineForm,
    SoundForm,
    StepForm,
)
from yanxiu.catalogue.forms.tasks import QuestionsForm, TestForm, TextForm
from yanxiu.catalogue.models import StepKind

__all__ = [
    "STEP_FORMS",
    "CaseForm",
    "CaseStudyForm",
    "CourseForm",
    "DocumentForm",
    "FilmForm",
    "FinishForm",
    "HomeworkForm",
    "ImagesForm",
    "ModuleForm",
    "QuotaForm",
    "RatingForm",
    "ReasonForm",
    "ResourceFileForm",
    "ResourceForm",
    "SoundForm",
    "StepForm",
    "WordsForm",
]

STEP_FORMS: Mapping[str, type[StepForm]] = {
    StepKind.VIDEO: FilmForm,
    StepKind.AUDIO: SoundForm,
    StepKind.TEXT: TextForm,
    StepKind.DOCUMENT: DocumentForm,
    StepKind.IMAGES: ImagesForm,
    StepKind.QUESTION: QuestionsForm,
    StepKind.TEST: TestForm,
    StepKind.HOMEWORK: HomeworkForm,
    StepKind.DISCUSSION: DiscussionForm,
    StepKind.CASE: CaseStudyForm,
    StepKind.LINK: LinkForm,
    StepKind.OFFLINE: OfflineForm,
}
