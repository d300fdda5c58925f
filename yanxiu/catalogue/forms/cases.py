"""What is asked about lesson cases."""

from django import forms
from django.utils.translation import gettext_lazy as _

from yanxiu.catalogue.actions import CaseFacts
from yanxiu.catalogue.forms.fields import file_field, subject_choices
from yanxiu.catalogue.models import CaseLevel, LessonCase
from yanxiu.files.kinds import Kind
from yanxiu.orgs.models import Stage


class CaseForm(forms.Form):
    """A lesson case."""

    title = forms.CharField(label=_("课题"), max_length=120)
    level = forms.ChoiceField(label=_("级别"), choices=CaseLevel.choices, initial=CaseLevel.COUNTY)
    stage = forms.ChoiceField(label=_("学段"), choices=Stage.choices)
    subject = forms.ChoiceField(label=_("学科"), choices=subject_choices)
    grade = forms.CharField(label=_("年级册次"), max_length=30, required=False)
    author_name = forms.CharField(label=_("授课教师"), max_length=120)
    author_school = forms.CharField(label=_("所在学校"), max_length=100, required=False)
    summary = forms.CharField(label=_("简介"), widget=forms.Textarea, required=False)
    commentary = forms.CharField(label=_("专家点评"), widget=forms.Textarea, required=False)
    film = file_field(Kind.VIDEO, _("视频"), required=True)
    captions = file_field(Kind.CAPTIONS, _("字幕"))
    poster = file_field(Kind.IMAGE, _("封面图"))

    @classmethod
    def of(cls, case: LessonCase) -> dict[str, object]:
        """Return the initial values for a case."""
        return {name: getattr(case, name) for name, field in cls.base_fields.items() if not isinstance(field, forms.FileField)}

    def facts(self, *, author_id: int | None = None) -> CaseFacts:
        """Return what was filled in; `author_id` is kept from before."""
        files = {"film", "captions", "poster"}
        return CaseFacts(author_id=author_id, **{name: value for name, value in self.cleaned_data.items() if name not in files})
