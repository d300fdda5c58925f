"""What people fill in about programmes."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile

from yanxiu.orgs.models import Org, Stage
from yanxiu.programmes.models import EnrolmentState, ProgrammeState
from yanxiu.programmes.plan.schema.work import Phase
from yanxiu.programmes.plan.source import MAX_BYTES

SIDES = [("in", "计划内"), ("out", "计划外")]
PARAMETER_WORDS = {
    "Y": ("年份 Y", "四位，例如 2026"),
    "M0": ("选专题开始的月份 M0", "1—12，原文里隐去的第一个月"),
    "ME": ("选修结束的月份 ME", "1—12，可以是下一年的月份"),
    "m": ("月份 m", "1—12"),
}


class NewProgrammeForm(forms.Form):
    """A programme, begun from a shipped plan or from one's own text."""

    owner = forms.ModelChoiceField(Org.objects.none(), label="发布单位", empty_label=None)
    title = forms.CharField(label="方案名称", max_length=120, help_text="教师看到的名称，例如 2026 年互联网＋教师专业发展研修")
    code = forms.CharField(label="方案编号", max_length=60, help_text="不能与别的方案重复，例如 qh-2026")
    shipped = forms.ChoiceField(label="从现有方案开始", required=False, help_text="选一份再改，或在下面传自己的")
    file = forms.FileField(label="方案文件", required=False, help_text="YAML 文本，UTF-8，最大 256 KB")

    def __init__(self, *given: Any, owners: Sequence[Org], shipped: Sequence[tuple[str, str]], **named: Any) -> None:
        super().__init__(*given, **named)
        field = self.fields["owner"]
        if isinstance(field, forms.ModelChoiceField):
            field.queryset = Org.objects.filter(pk__in=[owner.pk for owner in owners]).order_by("path", "pk")
        choices = self.fields["shipped"]
        if isinstance(choices, forms.ChoiceField):
            choices.choices = [("", "空白方案"), *shipped]


class PlanSourceForm(forms.Form):
    """The plan's text, pasted or uploaded; the upload wins."""

    source = forms.CharField(
        label="方案原文", required=False, strip=False, widget=forms.Textarea(attrs={"spellcheck": "false", "wrap": "off"})
    )
    file = forms.FileField(label="换成文件里的内容", required=False, help_text="YAML 文本，UTF-8，最大 256 KB")

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        upload = values.get("file")
        if isinstance(upload, UploadedFile):
            values["source"] = read_upload(self, upload)
        else:
            values["source"] = str(values.get("source") or "").replace("\r\n", "\n")
        return values


def read_upload(form: forms.Form, upload: "UploadedFile[bytes]") -> str:
    """Return the text of an uploaded plan; what cannot be text becomes a problem of the form's `file`."""
    if (upload.size or 0) > MAX_BYTES:
        form.add_error("file", f"{upload.name} 有 {(upload.size or 0) // 1024} KB，最大 256 KB。方案里只写规则，名册、附件另存。")
        return ""
    data: bytes = upload.read()
    try:
        return data.decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        form.add_error("file", f"{upload.name} 第 {line} 行不是 UTF-8 文字。用编辑器「另存为」，编码选 UTF-8，再传。")
        return ""


class LaterField(forms.IntegerField):
    """A number that publication needs and a draft may lack: shown as required, accepted empty."""

    def clean(self, value: Any) -> Any:
        return None if value in self.empty_values else super().clean(value)


class LaunchForm(forms.Form):
    """The parameters and days a plan leaves to the launch."""

    use_required_attribute = False

    def __init__(self, *given: Any, asks: Sequence[str], undated: Sequence[Phase], **named: Any) -> None:
        super().__init__(*given, **named)
        self.asks, self.undated = tuple(asks), tuple(undated)
        for name in self.asks:
            label, hint = PARAMETER_WORDS.get(name, (f"参数 {name}", "整数"))
            self.fields[f"param_{name}"] = LaterField(label=label, help_text=hint, min_value=0, max_value=9999)
        for phase in self.undated:
            if not phase.from_ and not phase.after:
                self.fields[f"from_{phase.id}"] = _day(f"{phase.label} 开始")
            if not phase.to:
                self.fields[f"to_{phase.id}"] = _day(f"{phase.label} 结束")

    @property
    def parameters(self) -> dict[str, int]:
        """Return the parameters that were filled in."""
        values = {name: self.cleaned_data.get(f"param_{name}") for name in self.asks}
        return {name: value for name, value in values.items() if value is not None}

    @property
    def launch_dates(self) -> dict[str, list[str | None]]:
        """Return the days that were filled in, ISO."""
        found: dict[str, list[str | None]] = {}
        for phase in self.undated:
            days = [self.cleaned_data.get(f"{end}_{phase.id}") for end in ("from", "to")]
            if any(days):
                found[phase.id] = [day.isoformat() if day else None for day in days]
        return found


def _day(label: str) -> forms.DateField:
    return forms.DateField(
        label=label, required=False, help_text="原文没有写日期", widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )


class PublishForm(forms.Form):
    """The decision to publish what was seen."""

    seen_at = forms.DateTimeField(widget=forms.HiddenInput)
    reason = forms.CharField(
        label="为什么改", required=False, max_length=300, widget=forms.Textarea, help_text="参训教师会看到，例如：省里推迟了结束日期"
    )
    move = forms.BooleanField(label="已参训的人也按这一版", required=False)


class UnitDatesForm(forms.Form):
    """A unit's own days; both empty goes back to the official ones."""

    starts_on = forms.DateField(label="开始", required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
    ends_on = forms.DateField(label="结束（含当天）", required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))


class ParticipantFilterForm(forms.Form):
    """The filters of the list of participants; odd values filter nothing."""

    q = forms.CharField(required=False, max_length=60)
    state = forms.ChoiceField(required=False, choices=[("", ""), *EnrolmentState.choices])
    stage = forms.ChoiceField(required=False, choices=[("", ""), *Stage.choices])
    unit = forms.IntegerField(required=False, min_value=1)


class ProgrammeFilterForm(forms.Form):
    """The filter of the list of programmes."""

    state = forms.ChoiceField(required=False, choices=[("", ""), *ProgrammeState.choices])


class EnrolUnitsForm(forms.Form):
    """Units whose teachers come in, and on which side of the plan."""

    units = forms.TypedMultipleChoiceField(coerce=int, label="单位")
    in_plan = forms.ChoiceField(label="计划内或计划外", required=False, choices=[("", ""), *SIDES])

    def __init__(self, *given: Any, unit_ids: Sequence[int], **named: Any) -> None:
        super().__init__(*given, **named)
        field = self.fields["units"]
        if isinstance(field, forms.TypedMultipleChoiceField):
            field.choices = [(number, number) for number in unit_ids]
            field.error_messages["required"] = "请先选单位"


class EnrolForm(forms.Form):
    """One teacher, chosen from what a search found."""

    person = forms.IntegerField(label="教师", min_value=1)
    in_plan = forms.ChoiceField(label="计划内或计划外", required=False, choices=[("", ""), *SIDES])


class OfferCourseForm(forms.Form):
    """A published course for a place in the plan."""

    place = forms.ChoiceField(label="课程块和专题")
    course = forms.IntegerField(label="课程编号", min_value=1)
    hours = forms.DecimalField(label="计多少学时", required=False, max_digits=6, decimal_places=2, help_text="不填按课程自己的学时")

    def __init__(self, *given: Any, places: Sequence[tuple[str, str]], **named: Any) -> None:
        super().__init__(*given, **named)
        field = self.fields["place"]
        if isinstance(field, forms.ChoiceField):
            field.choices = list(places)


class LeaveForm(forms.Form):
    """The special circumstances."""

    reason = forms.CharField(label="无法继续研修的特殊情况", widget=forms.Textarea, max_length=500)


class OpinionForm(forms.Form):
    """What the reviewer says."""

    opinion = forms.CharField(label="意见", required=False, widget=forms.Textarea, max_length=500)


def side(value: str) -> bool | None:
    """Return in plan, out of plan, or not said."""
    return {"in": True, "out": False}.get(value)
