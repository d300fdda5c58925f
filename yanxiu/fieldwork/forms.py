"""What is asked about research lessons."""

from django import forms
from django.utils.translation import gettext_lazy as _

from yanxiu.fieldwork.models import LessonKind
from yanxiu.files.kinds import Kind
from yanxiu.programmes.models import Enrolment


class LessonForm(forms.Form):
    """A research lesson; the programme is asked only of those who are in several."""

    place = forms.ChoiceField(label=_("计入哪个项目"))
    title = forms.CharField(label=_("课题"), max_length=120)
    given_on = forms.DateField(label=_("上课日期"), widget=forms.DateInput(attrs={"type": "date"}))
    kind = forms.ChoiceField(label=_("形式"), choices=LessonKind.choices)
    evidence = forms.FileField(
        label=_("佐证材料"), help_text=Kind.ATTACHMENT.hint, required=False, allow_empty_file=True,
        widget=forms.FileInput(attrs={"accept": Kind.ATTACHMENT.accept}),
    )  # fmt: skip

    def __init__(self, data: object = None, files: object = None, *, places: list[Enrolment]) -> None:
        super().__init__(data, files)  # type: ignore[arg-type]  # a QueryDict and a MultiValueDict
        self.places = {str(place.pk): place for place in places}
        self.fields["place"].choices = [(key, place.programme.title) for key, place in self.places.items()]  # type: ignore[attr-defined]

    @property
    def enrolment(self) -> Enrolment:
        """The chosen place."""
        return self.places[self.cleaned_data["place"]]


class OpinionForm(forms.Form):
    """What is to be mended."""

    opinion = forms.CharField(label=_("意见"), max_length=300, required=False)
