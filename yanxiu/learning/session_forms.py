"""What is asked about study days."""

from datetime import datetime
from decimal import Decimal

from django import forms
from django.utils.translation import gettext_lazy as _

from yanxiu.files.kinds import Kind
from yanxiu.kit.clock import SHANGHAI
from yanxiu.learning.actions.convening import SessionFacts
from yanxiu.learning.actions.rooming import RoomFacts
from yanxiu.learning.models import Finding
from yanxiu.orgs.models import Org, Stage
from yanxiu.programmes.models import Programme


class SessionForm(forms.Form):
    """A session: when, where, what, who. Programme and unit are asked only where there are several."""

    programme = forms.ChoiceField(label=_("项目"))
    unit = forms.ChoiceField(label=_("单位"))
    title = forms.CharField(label=_("学习内容"), max_length=80)
    place = forms.CharField(label=_("地点"), max_length=80, help_text=_("写到教室或会场"))
    on = forms.DateField(label=_("日期"), widget=forms.DateInput(attrs={"type": "date"}))
    starts = forms.TimeField(label=_("开始"), widget=forms.TimeInput(attrs={"type": "time"}))
    ends = forms.TimeField(label=_("结束"), widget=forms.TimeInput(attrs={"type": "time"}))
    hours = forms.DecimalField(label=_("学时"), max_digits=4, decimal_places=2, initial=Decimal(2))
    stage = forms.ChoiceField(label=_("哪个学段参加"), choices=[("", _("全部")), *Stage.choices], required=False)
    subject = forms.CharField(label=_("哪个学科参加"), max_length=30, required=False, help_text=_("空着就是全部学科"))
    grace_minutes = forms.IntegerField(label=_("开始后几分钟算迟到"), min_value=0, max_value=120, initial=10)

    def __init__(self, data: object = None, *, programmes: list[Programme], units: list[Org]) -> None:
        super().__init__(data)  # type: ignore[arg-type]  # a QueryDict
        self.programmes = {str(one.pk): one for one in programmes}
        self.units = {str(one.pk): one for one in units}
        self.fields["programme"].choices = [(key, one.title) for key, one in self.programmes.items()]  # type: ignore[attr-defined]
        self.fields["unit"].choices = [(key, one.name) for key, one in self.units.items()]  # type: ignore[attr-defined]

    @property
    def facts(self) -> SessionFacts:
        """What was asked, as the action takes it."""
        given = self.cleaned_data
        return SessionFacts(
            title=given["title"],
            place=given["place"],
            starts_at=datetime.combine(given["on"], given["starts"], SHANGHAI),
            ends_at=datetime.combine(given["on"], given["ends"], SHANGHAI),
            hours=given["hours"],
            stage=given["stage"],
            subject=given["subject"],
            grace_minutes=given["grace_minutes"],
        )


class TableForm(forms.Form):
    """A table of sessions, or a gate file."""

    programme = forms.ChoiceField(label=_("项目"))
    unit = forms.ChoiceField(label=_("单位"))
    file = forms.FileField(
        label=_("文件"), allow_empty_file=True, widget=forms.ClearableFileInput(attrs={"accept": ".xlsx,.csv"}),
        error_messages={"required": _("还没有选文件。")}, help_text=_(".xlsx 或 .csv，最大 10 MB；前几行里要有表头"),
    )  # fmt: skip

    def __init__(self, data: object = None, files: object = None, *, programmes: list[Programme], units: list[Org]) -> None:
        super().__init__(data, files)  # type: ignore[arg-type]  # a QueryDict and a MultiValueDict
        self.programmes = {str(one.pk): one for one in programmes}
        self.units = {str(one.pk): one for one in units}
        self.fields["programme"].choices = [(key, one.title) for key, one in self.programmes.items()]  # type: ignore[attr-defined]
        self.fields["unit"].choices = [(key, one.name) for key, one in self.units.items()]  # type: ignore[attr-defined]


class LeaveForm(forms.Form):
    """Why somebody stays away."""

    reason = forms.CharField(label=_("原因"), max_length=300, widget=forms.Textarea, help_text=_("2—300 个字，学校管理员会看到"))
    proof = forms.FileField(
        label=_("证明"), help_text=Kind.ATTACHMENT.hint, required=False, allow_empty_file=True,
        widget=forms.FileInput(attrs={"accept": Kind.ATTACHMENT.accept}),
    )  # fmt: skip


class RoomsForm(forms.Form):
    """The rooms of a session, one a line: name, and after a comma who keeps it."""

    rooms = forms.CharField(
        label=_("教室"), required=False, max_length=4_000, widget=forms.Textarea,
        help_text=_("一行一个，逗号后写负责人，如：301 教室，韩雪。空着就是不分教室"),
    )  # fmt: skip

    @property
    def facts(self) -> list[RoomFacts]:
        """What was asked, as the action takes it."""
        lines = [line.replace("，", ",").split(",", 1) for line in self.cleaned_data["rooms"].splitlines() if line.strip(" ,，")]
        return [RoomFacts(name=line[0], host=line[1] if len(line) > 1 else "") for line in lines]


class CorrectionForm(forms.Form):
    """What a state is corrected to, and why."""

    finding = forms.ChoiceField(label=_("更正为"), choices=[one for one in Finding.choices if one[0] != Finding.PENDING])
    reason = forms.CharField(label=_("理由"), max_length=200, help_text=_("2—200 个字，和考勤一起留存"))
