"""What is asked in the chain of guidance."""

from django import forms
from django.utils.translation import gettext_lazy as _

from yanxiu.programmes.models import Programme


class AskForm(forms.Form):
    """A question; `block` is "enrolment:block"."""

    block = forms.ChoiceField(label=_("关于哪一部分"))
    title = forms.CharField(label=_("问什么"), max_length=120, help_text=_("一句话，2—120 个字"))
    source = forms.CharField(label=_("说具体些"), widget=forms.Textarea, help_text=_("在哪一课、试过什么、卡在哪里"))

    def __init__(self, data: object = None, *, choices: list[tuple[str, str]]) -> None:
        super().__init__(data)  # type: ignore[arg-type]  # a QueryDict
        self.fields["block"].choices = choices  # type: ignore[attr-defined]


class AnswerForm(forms.Form):
    """An answer."""

    source = forms.CharField(label=_("答复"), widget=forms.Textarea)


class NoteForm(forms.Form):
    """Guidance for all below."""

    programme = forms.ChoiceField(label=_("项目"))
    title = forms.CharField(label=_("标题"), max_length=120)
    source = forms.CharField(label=_("指导意见"), widget=forms.Textarea, help_text=_("发给您范围里的全部参训教师，发出后不能改"))

    def __init__(self, data: object = None, *, programmes: list[Programme]) -> None:
        super().__init__(data)  # type: ignore[arg-type]  # a QueryDict
        self.programmes = {str(one.pk): one for one in programmes}
        self.fields["programme"].choices = [(key, one.title) for key, one in self.programmes.items()]  # type: ignore[attr-defined]
