"""What is asked about courses, their steps and lesson cases. The actions judge; forms only take apart."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from yanxiu.catalogue import content, question_text
from yanxiu.catalogue.actions import CaseFacts, CourseFacts
from yanxiu.catalogue.content import PASS_SCORE, Homework, QuestionSet, Test, Text
from yanxiu.catalogue.models import CaseLevel, Course, LessonCase, Step, StepKind
from yanxiu.files.kinds import Kind
from yanxiu.orgs.models import Stage
from yanxiu.orgs.queries import subjects


def _subjects() -> list[tuple[str, str]]:
    return [(name, name) for name in subjects()]


def _file(kind: Kind, label: Any, *, required: bool = False) -> forms.FileField:
    widget = forms.FileInput(attrs={"accept": kind.accept})
    return forms.FileField(label=label, help_text=kind.hint, required=required, allow_empty_file=True, widget=widget)


class CourseForm(forms.Form):
    """The facts of a course."""

    title = forms.CharField(label=_("课程名称"), max_length=120)
    summary = forms.CharField(label=_("简介"), help_text=_("教师选课时先看这一段"), widget=forms.Textarea, required=False)
    topic = forms.CharField(label=_("专题"), help_text=_("摆在哪个专题下，例如 班级管理"), max_length=60, required=False)
    hours = forms.DecimalField(label=_("学时"), max_digits=5, decimal_places=2, min_value=Decimal("0.01"))
    stages = forms.MultipleChoiceField(label=_("学段"), choices=Stage.choices, widget=forms.CheckboxSelectMultiple)
    subjects = forms.MultipleChoiceField(
        label=_("学科"), help_text=_("都不选就是各学科通用"), choices=_subjects, widget=forms.CheckboxSelectMultiple, required=False
    )
    lecturer = forms.CharField(label=_("主讲"), max_length=60, required=False)
    provider = forms.CharField(label=_("提供单位"), max_length=100, required=False)

    @classmethod
    def of(cls, course: Course) -> dict[str, object]:
        """Return the initial values for a course."""
        return {name: getattr(course, name) for name in cls.base_fields}

    def facts(self) -> CourseFacts:
        """Return what was filled in."""
        given = self.cleaned_data
        return CourseFacts(**{**given, "stages": tuple(given["stages"]), "subjects": tuple(given["subjects"])})


class StepForm(forms.Form):
    """Base of the forms of steps: the title, and what it is about as typed content."""

    title = forms.CharField(label=_("环节名称"), max_length=120)

    @classmethod
    def of(cls, step: Step) -> dict[str, object]:
        """Return the initial values for a step."""
        return {"title": step.title}

    def content(self) -> Text | QuestionSet | Test | Homework | None:
        """Return the content, None for a film (its files are stored first). Raises Invalid with the field."""
        return None


class FilmForm(StepForm):
    """A film. When a step is replaced, a file that is not sent stays."""

    film = _file(Kind.VIDEO, _("视频"), required=True)
    captions = _file(Kind.CAPTIONS, _("字幕"))
    poster = _file(Kind.IMAGE, _("封面图"))


class TextForm(StepForm):
    """Reading."""

    source = forms.CharField(
        label=_("正文"), help_text=_("空一行分段；“## ”开头是小标题，“- ”开头是列表，**两个星号**之间加重"), widget=forms.Textarea
    )

    @classmethod
    def of(cls, step: Step) -> dict[str, object]:
        """Return the initial values for a step."""
        return {"title": step.title, "source": content.read(step.content, Text).source}

    def content(self) -> Text:
        """Return the text."""
        return Text(source=self.cleaned_data["source"])


class QuestionsForm(StepForm):
    """Feedback questions, as text."""

    questions = forms.CharField(
        label=_("题目"),
        help_text=_("从文档里直接粘贴：题号开头，A. B. 选项，“答案：B”（多选写“AC”，判断写“对”或“错”），“解析：”可有可无"),
        widget=forms.Textarea,
    )

    @classmethod
    def of(cls, step: Step) -> dict[str, object]:
        """Return the initial values for a step."""
        return {"title": step.title, "questions": question_text.write(content.read(step.content, QuestionSet).questions)}

    def content(self) -> QuestionSet | Test:
        """Return the questions."""
        return QuestionSet(questions=question_text.parse(self.cleaned_data["questions"]))


class TestForm(QuestionsForm):
    """A course test."""

    __test__ = False  # pytest takes every class called Test… for one of its own

    pass_score = forms.IntegerField(label=_("及格线"), help_text=_("满分 100"), min_value=1, max_value=100, initial=PASS_SCORE)
    attempts = forms.IntegerField(label=_("可考次数"), help_text=_("0 是不限次数"), min_value=0, max_value=99, initial=3)

    @classmethod
    def of(cls, step: Step) -> dict[str, object]:
        """Return the initial values for a step."""
        test = content.read(step.content, Test)
        written = question_text.write(test.questions)
        return {"title": step.title, "questions": written, "pass_score": test.pass_score, "attempts": test.attempts}

    def content(self) -> Test:
        """Return the test."""
        given = self.cleaned_data
        return Test(questions=question_text.parse(given["questions"]), pass_score=given["pass_score"], attempts=given["attempts"])


class HomeworkForm(StepForm):
    """Homework that somebody marks."""

    task = forms.CharField(label=_("作业要求"), help_text=_("写明做什么、怎样算合格"), widget=forms.Textarea)
    min_characters = forms.IntegerField(label=_("最少字数"), help_text=_("0 是不限"), min_value=0, max_value=20_000, initial=300)
    attachments = forms.IntegerField(label=_("最多附件"), help_text=_("0 是不收附件"), min_value=0, max_value=20, initial=3)
    points = forms.IntegerField(label=_("满分"), min_value=1, max_value=1000, initial=100)
    pass_points = forms.IntegerField(label=_("合格分"), min_value=1, max_value=1000, initial=PASS_SCORE)

    @classmethod
    def of(cls, step: Step) -> dict[str, object]:
        """Return the initial values for a step."""
        homework = content.read(step.content, Homework)
        return {"title": step.title, **content.write(homework)}

    def content(self) -> Homework:
        """Return the homework."""
        return Homework(**{name: value for name, value in self.cleaned_data.items() if name != "title"})


STEP_FORMS: Mapping[str, type[StepForm]] = {
    StepKind.VIDEO: FilmForm,
    StepKind.TEXT: TextForm,
    StepKind.QUESTION: QuestionsForm,
    StepKind.TEST: TestForm,
    StepKind.HOMEWORK: HomeworkForm,
}


class CaseForm(forms.Form):
    """A lesson case."""

    title = forms.CharField(label=_("课题"), max_length=120)
    level = forms.ChoiceField(label=_("级别"), choices=CaseLevel.choices, initial=CaseLevel.COUNTY)
    stage = forms.ChoiceField(label=_("学段"), choices=Stage.choices)
    subject = forms.ChoiceField(label=_("学科"), choices=_subjects)
    grade = forms.CharField(label=_("年级册次"), max_length=30, required=False)
    author_name = forms.CharField(label=_("授课教师"), max_length=120)
    author_school = forms.CharField(label=_("所在学校"), max_length=100, required=False)
    summary = forms.CharField(label=_("简介"), widget=forms.Textarea, required=False)
    commentary = forms.CharField(label=_("专家点评"), widget=forms.Textarea, required=False)
    film = _file(Kind.VIDEO, _("视频"), required=True)
    captions = _file(Kind.CAPTIONS, _("字幕"))
    poster = _file(Kind.IMAGE, _("封面图"))

    @classmethod
    def of(cls, case: LessonCase) -> dict[str, object]:
        """Return the initial values for a case."""
        return {name: getattr(case, name) for name, field in cls.base_fields.items() if not isinstance(field, forms.FileField)}

    def facts(self, *, author_id: int | None = None) -> CaseFacts:
        """Return what was filled in; `author_id` is kept from before."""
        files = {"film", "captions", "poster"}
        return CaseFacts(author_id=author_id, **{name: value for name, value in self.cleaned_data.items() if name not in files})


class ReasonForm(forms.Form):
    """Why something is given back, archived or withdrawn."""

    reason = forms.CharField(label=_("原因"), max_length=300, widget=forms.Textarea(attrs={"rows": 2}))
