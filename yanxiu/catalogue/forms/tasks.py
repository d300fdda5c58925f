"""What is asked about steps that ask something of the learner: reading, questions, tests."""

from django import forms
from django.utils.translation import gettext_lazy as _

from yanxiu.catalogue import content, question_text
from yanxiu.catalogue.content import PASS_SCORE, QuestionSet, Test, Text
from yanxiu.catalogue.forms.steps import StepForm
from yanxiu.catalogue.models import Step


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
    drawn = forms.IntegerField(
        label=_("每次抽几题"),
        help_text=_("0 是全部都考；抽的时候每个人、每一次的题不同"),
        min_value=0,
        max_value=200,
        initial=0,
        required=False,
    )

    @classmethod
    def of(cls, step: Step) -> dict[str, object]:
        """Return the initial values for a step."""
        test = content.read(step.content, Test)
        written = question_text.write(test.questions)
        return {"title": step.title, "questions": written, "pass_score": test.pass_score, "attempts": test.attempts, "drawn": test.drawn}

    def content(self) -> Test:
        """Return the test."""
        given = self.cleaned_data
        questions, drawn = question_text.parse(given["questions"]), given["drawn"] or 0
        return Test(questions=questions, pass_score=given["pass_score"], attempts=given["attempts"], drawn=drawn)
