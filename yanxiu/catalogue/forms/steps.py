"""What is asked about steps that show something: films, sounds, documents, pictures, cases, links, and what is done together."""

from django import forms
from django.utils.translation import gettext_lazy as _

from yanxiu.catalogue import content, cue_text
from yanxiu.catalogue.actions.materials import Plain
from yanxiu.catalogue.content import CaseStudy, CueSheet, Discussion, Document, ImageSet, Link, Offline
from yanxiu.catalogue.forms.fields import file_field, files_field
from yanxiu.catalogue.models import Step
from yanxiu.files.kinds import Kind

SOUND = next((kind for kind in Kind if kind.code == "audio"), Kind.VIDEO)  # a film serves too: its sound is given


class StepForm(forms.Form):
    """Base of the forms of steps: the title, and what it is about as typed content."""

    title = forms.CharField(label=_("环节名称"), max_length=120)

    @classmethod
    def of(cls, step: Step) -> dict[str, object]:
        """Return the initial values for a step."""
        return {"title": step.title}

    def content(self) -> Plain | None:
        """Return the content, None where files are stored first. Raises Invalid with the field."""
        return None

    def keep_files(self) -> None:
        """Let the files stay away: the step has some already."""
        for field in self.fields.values():
            if isinstance(field, forms.FileField):
                field.required = False


class CueForm(StepForm):
    """What films and sounds have in common: questions inside."""

    cues = forms.CharField(
        label=_("片中提问"),
        help_text=_("一行写时刻，如 02:15，下面写题目和答案；答对才能接着看。时刻后写“选答”就可以跳过"),
        widget=forms.Textarea(attrs={"rows": 8}),
        required=False,
    )

    @classmethod
    def of(cls, step: Step) -> dict[str, object]:
        """Return the initial values for a step."""
        return {"title": step.title, "cues": cue_text.write(content.read(step.content, CueSheet).cues)}

    def sheet(self) -> CueSheet:
        """Return the questions inside. Raises Invalid with the line."""
        return CueSheet(cues=cue_text.parse(self.cleaned_data["cues"]))


class FilmForm(CueForm):
    """A film. When a step is replaced, a file that is not sent stays."""

    film = file_field(Kind.VIDEO, _("视频"), required=True)
    captions = file_field(Kind.CAPTIONS, _("字幕"))
    poster = file_field(Kind.IMAGE, _("封面图"))
    field_order = ("title", "film", "captions", "poster", "cues")


class SoundForm(CueForm):
    """Something to listen to."""

    sound = file_field(SOUND, _("音频"), required=True)
    captions = file_field(Kind.CAPTIONS, _("字幕"))
    field_order = ("title", "sound", "captions", "cues")


class DocumentForm(StepForm):
    """A document that is read in the page."""

    document = file_field(Kind.DOCUMENT, _("文档"), required=True)
    dwell_seconds = forms.IntegerField(
        label=_("最短阅读秒数"), help_text=_("翻开以后至少停留多久才算读过，0 是不限"), min_value=0, max_value=3600, initial=60
    )
    is_downloadable = forms.BooleanField(label=_("可以下载"), required=False, initial=True)

    @classmethod
    def of(cls, step: Step) -> dict[str, object]:
        """Return the initial values for a step."""
        return {"title": step.title, **content.write(content.read(step.content, Document))}

    def facts(self) -> Document:
        """Return what holds besides the file."""
        return Document(dwell_seconds=self.cleaned_data["dwell_seconds"], is_downloadable=self.cleaned_data["is_downloadable"])


class ImagesForm(StepForm):
    """Pictures with what they show; a line each, so that lines are moved and taken out like text."""

    pictures = files_field(Kind.IMAGE, _("图片"), required=True)
    captions = forms.CharField(
        label=_("每张图的说明"),
        help_text=_("每行一张，按图片顺序；空着就用文件名。改的时候：调换行就是调换图，删一行就是去掉那张图，新图接着编号"),
        widget=forms.Textarea(attrs={"rows": 6}),
        required=False,
    )
    dwell_seconds = forms.IntegerField(label=_("最短观看秒数"), help_text=_("0 是不限"), min_value=0, max_value=3600, initial=30)

    @classmethod
    def of(cls, step: Step) -> dict[str, object]:
        """Return the initial values for a step."""
        held = content.read(step.content, ImageSet)
        lines = "\n".join(f"{number}. {picture.caption}" for number, picture in enumerate(held.pictures, start=1))
        return {"title": step.title, "captions": lines, "dwell_seconds": held.dwell_seconds}


class DiscussionForm(StepForm):
    """A question to the group."""

    prompt = forms.CharField(label=_("讨论的问题"), help_text=_("问得具体，才有话可说"), widget=forms.Textarea)
    posts = forms.IntegerField(label=_("至少发言"), help_text=_("次"), min_value=1, max_value=20, initial=1)
    min_characters = forms.IntegerField(label=_("每次至少"), help_text=_("字，标点和空格不算"), min_value=0, max_value=2000, initial=30)

    @classmethod
    def of(cls, step: Step) -> dict[str, object]:
        """Return the initial values for a step."""
        return {"title": step.title, **content.write(content.read(step.content, Discussion))}

    def content(self) -> Discussion:
        """Return the discussion."""
        return Discussion(**{name: value for name, value in self.cleaned_data.items() if name != "title"})


class CaseStudyForm(StepForm):
    """A lesson case inside a course; the page fills in the cases there are."""

    case_id = forms.TypedChoiceField(label=_("课例"), help_text=_("已发布的课例，和课程的学段、学科相合的在前"), coerce=int)
    needs_report = forms.BooleanField(label=_("要交观课报告"), required=False)

    @classmethod
    def of(cls, step: Step) -> dict[str, object]:
        """Return the initial values for a step."""
        return {"title": step.title, **content.write(content.read(step.content, CaseStudy))}

    def content(self) -> CaseStudy:
        """Return which case it is."""
        return CaseStudy(case_id=self.cleaned_data["case_id"], needs_report=self.cleaned_data["needs_report"])


class LinkForm(StepForm):
    """A page elsewhere."""

    url = forms.CharField(label=_("链接"), help_text=_("从浏览器地址栏整个复制过来"), max_length=1000)
    why = forms.CharField(label=_("看什么"), help_text=_("带着什么问题去看"), widget=forms.Textarea(attrs={"rows": 2}), required=False)
    min_seconds = forms.IntegerField(label=_("最短停留秒数"), help_text=_("0 是不限"), min_value=0, max_value=3600, initial=60)

    @classmethod
    def of(cls, step: Step) -> dict[str, object]:
        """Return the initial values for a step."""
        return {"title": step.title, **content.write(content.read(step.content, Link))}

    def content(self) -> Link:
        """Return the link."""
        given = self.cleaned_data
        return Link(url=given["url"].strip(), why=given["why"].strip(), min_seconds=given["min_seconds"])


class OfflineForm(StepForm):
    """Something done away from the screen."""

    task = forms.CharField(label=_("活动要求"), help_text=_("做什么、和谁一起、留下什么"), widget=forms.Textarea)
    place = forms.CharField(label=_("地点"), max_length=100, required=False)
    min_characters = forms.IntegerField(label=_("报告至少"), help_text=_("字，0 是不限"), min_value=0, max_value=20_000, initial=50)
    photos = forms.IntegerField(label=_("照片至少"), help_text=_("张，0 是不要"), min_value=0, max_value=20, initial=1)
    needs_confirmation = forms.BooleanField(label=_("由学校或指导教师确认后才算完成"), required=False, initial=True)

    @classmethod
    def of(cls, step: Step) -> dict[str, object]:
        """Return the initial values for a step."""
        return {"title": step.title, **content.write(content.read(step.content, Offline))}

    def content(self) -> Offline:
        """Return the activity."""
        return Offline(**{name: value for name, value in self.cleaned_data.items() if name != "title"})
