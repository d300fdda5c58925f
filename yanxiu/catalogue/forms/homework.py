"""What is asked about homework: the task, its parts, how it is marked, and whether peers review it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from yanxiu.catalogue import content
from yanxiu.catalogue.content import PASS_SCORE, Homework
from yanxiu.catalogue.content.steps import Part, PartKind, Peers
from yanxiu.catalogue.forms.steps import StepForm
from yanxiu.catalogue.models import Step
from yanxiu.catalogue.rubrics import Offered
from yanxiu.kit.errors import Invalid

NEEDS = (("", _("不收")), ("optional", _("选交")), ("required", _("必交")))


@dataclass(frozen=True, kw_only=True)
class Row:
    """A kind of part that can be asked for, and what it is called when nobody says otherwise."""

    key: str
    kind: PartKind
    label: Any
    takes: Any


ROWS: tuple[Row, ...] = (
    Row(key="text", kind="text", label=_("正文"), takes=_("在页面里写")),
    Row(key="text_2", kind="text", label=_("教学反思"), takes=_("在页面里写，第二段文字")),
    Row(key="lesson_plan", kind="lesson_plan", label=_("教案"), takes="DOCX、PDF"),
    Row(key="document", kind="document", label=_("文档"), takes="PDF、DOCX、PPTX、XLSX"),
    Row(key="picture", kind="picture", label=_("图片"), takes="JPG、PNG、WEBP"),
    Row(key="video", kind="video", label=_("视频"), takes=_("MP4、MOV，断了可以接着传")),
    Row(key="files", kind="files", label=_("附件"), takes=_("文档、图片、压缩包都可以")),
)


@dataclass(frozen=True, kw_only=True)
class RowFields:
    """A row of the table of parts as the page shows it."""

    row: Row
    need: forms.BoundField
    label: forms.BoundField
    amount: forms.BoundField

    @property
    def problems(self) -> list[str]:
        """What is wrong in this row."""
        return [*self.need.errors, *self.label.errors, *self.amount.errors]


class HomeworkForm(StepForm):
    """Homework that somebody marks. A part is a row: whether it is asked for, what it is called, and how much of it."""

    task = forms.CharField(label=_("作业要求"), help_text=_("写明做什么、怎样算合格"), widget=forms.Textarea)
    rubric_id = forms.TypedChoiceField(
        label=_("评价标准"), help_text=_("选了就按维度和等级给分，满分是各维度最高等级的和"), coerce=int, empty_value=None, required=False
    )
    points = forms.IntegerField(label=_("满分"), min_value=1, max_value=1000, initial=100)
    pass_points = forms.IntegerField(label=_("合格分"), min_value=1, max_value=1000, initial=PASS_SCORE)
    peer_reviews = forms.IntegerField(
        label=_("每人评几份"),
        help_text=_("0 是不互评；交了自己的、评完别人的才算完成"),
        min_value=0,
        max_value=10,
        initial=0,
        required=False,
    )
    peer_weight = forms.IntegerField(
        label=_("互评占总分"), help_text=_("百分之几，其余由指导教师给"), min_value=0, max_value=100, initial=30, required=False
    )
    peer_days = forms.IntegerField(
        label=_("几天内评完"), help_text=_("到期没评的换人评"), min_value=1, max_value=60, initial=5, required=False
    )
    peer_calibration = forms.IntegerField(
        label=_("先试评定标样篇"), help_text=_("篇数，0 是不试评；样篇由指导教师放"), min_value=0, max_value=5, initial=0, required=False
    )
    peer_other_school = forms.BooleanField(label=_("不评本校老师的"), required=False, initial=True)
    peer_anonymous = forms.BooleanField(label=_("互不显示姓名"), required=False, initial=True)

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self._points: dict[int, int] = {}
        self.offer(())

    @classmethod
    def of(cls, step: Step) -> dict[str, object]:
        """Return the initial values for a step."""
        held = content.read(step.content, Homework)
        peers = held.peers
        given: dict[str, object] = {"title": step.title, "task": held.task, "points": held.points, "pass_points": held.pass_points,
                                    "rubric_id": held.rubric_id or "", "peer_reviews": peers.reviews if peers else 0}  # fmt: skip
        if peers is not None:
            given |= {"peer_weight": peers.weight, "peer_days": peers.days, "peer_calibration": peers.calibration,
                      "peer_other_school": peers.is_other_school, "peer_anonymous": peers.is_anonymous}  # fmt: skip
        given |= {f"need_{row.key}": "" for row in ROWS}
        for part in held.asked_parts:
            given[f"need_{part.key}"] = "required" if part.is_required else "optional"
            given[f"label_{part.key}"] = part.label
            given[f"amount_{part.key}"] = part.min_characters if part.is_text else part.most
        return given

    def offer(self, rubrics: Sequence[Offered]) -> None:
        """Let the author choose among rubrics; the one chosen before stays choosable."""
        self._points = {one.rubric_id: one.points for one in rubrics}
        choices = [("", str(_("不用，直接打分")))] + [(str(one.rubric_id), one.label) for one in rubrics]
        self.fields["rubric_id"].choices = choices  # type: ignore[attr-defined]  # a choice field

    @property
    def part_rows(self) -> Iterator[RowFields]:
        """The table of parts."""
        for row in ROWS:
            yield RowFields(
                row=row, need=self[f"need_{row.key}"], label=self[f"label_{row.key}"], amount=self[f"amount_{row.key}"]
            )  # fmt: skip

    def content(self) -> Homework:
        """Return the homework. Raises Invalid when nothing is asked for."""
        given = self.cleaned_data
        parts = tuple(self._part(row) for row in ROWS if given[f"need_{row.key}"])
        if not parts:
            raise Invalid(str(_("还没有要交的东西：至少一个部分选“选交”或“必交”。")), field="need_text")
        rubric_id = given["rubric_id"]
        points = self._points[rubric_id] if rubric_id is not None else given["points"]
        texts = [part for part in parts if part.is_text]
        return Homework(
            task=given["task"], points=points, pass_points=given["pass_points"], parts=parts, rubric_id=rubric_id, peers=self._peers(),
            min_characters=sum(part.min_characters for part in texts if part.is_required),
            attachments=sum(part.most for part in parts if not part.is_text),
        )  # fmt: skip

    def _part(self, row: Row) -> Part:
        given = self.cleaned_data
        label, amount = given[f"label_{row.key}"].strip() or str(row.label), given[f"amount_{row.key}"]
        is_required = given[f"need_{row.key}"] == "required"
        if row.kind == "text":
            return Part(key=row.key, kind=row.kind, label=label, min_characters=amount or 0, is_required=is_required)
        return Part(key=row.key, kind=row.kind, label=label, most=amount or 1, is_required=is_required)

    def _peers(self) -> Peers | None:
        given = self.cleaned_data
        if not given["peer_reviews"]:
            return None

        def number(name: str, otherwise: int) -> int:
            return otherwise if given[name] is None else int(given[name])

        return Peers(
            reviews=given["peer_reviews"], weight=number("peer_weight", 30), days=number("peer_days", 5),
            calibration=number("peer_calibration", 0), is_other_school=given["peer_other_school"], is_anonymous=given["peer_anonymous"],
        )  # fmt: skip


def _part_fields() -> dict[str, forms.Field]:
    fields: dict[str, forms.Field] = {}
    for row in ROWS:
        is_text = row.kind == "text"
        words = {"label": row.label}
        select = forms.Select(attrs={"class": "form-select", "aria-label": _("%(label)s：收不收") % words})
        name = forms.TextInput(attrs={"class": "form-control", "aria-label": _("%(label)s：叫什么") % words})
        amount = forms.NumberInput(
            attrs={"class": "form-control", "aria-label": (_("%(label)s：至少几字") if is_text else _("%(label)s：最多几个")) % words}
        )  # fmt: skip
        fields[f"need_{row.key}"] = forms.ChoiceField(
            label=row.label, choices=NEEDS, required=False, initial="required" if row.key == "text" else "", widget=select
        )
        fields[f"label_{row.key}"] = forms.CharField(label=row.label, max_length=40, required=False, initial=row.label, widget=name)
        fields[f"amount_{row.key}"] = forms.IntegerField(
            label=row.label, required=False, min_value=0, max_value=20_000 if is_text else 20, initial=300 if is_text else 1, widget=amount
        )
    return fields


HomeworkForm.base_fields.update(_part_fields())
