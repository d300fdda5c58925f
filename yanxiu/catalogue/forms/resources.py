"""What is asked about resources, their way onto shelves, and what libraries ask for."""

import re
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from yanxiu.catalogue.actions import QuotaFacts, ResourceFacts
from yanxiu.catalogue.forms.fields import subject_choices
from yanxiu.catalogue.models import LibraryQuota, Licence, Originality, Resource, ResourceKind, ResourceVersion
from yanxiu.files.fields import UploadField
from yanxiu.files.kinds import Kind
from yanxiu.orgs.models import Stage

_EMPTY = [("", _("请选"))]
_APART = re.compile(r"[\s,，、;；#]+")


class ResourceForm(forms.Form):
    """A resource as its owner writes it; what is missing is asked for when it is finished."""

    title = forms.CharField(label=_("标题"), max_length=120, required=False)
    kind = forms.ChoiceField(label=_("类别"), choices=ResourceKind.choices)
    stage = forms.ChoiceField(label=_("学段"), choices=[*_EMPTY, *Stage.choices], required=False)
    subject = forms.ChoiceField(label=_("学科"), choices=lambda: [*_EMPTY, *subject_choices()], required=False)
    intro = forms.CharField(
        label=_("一句话介绍"), max_length=500, required=False, help_text=_("给谁用、怎么用，会显示在资源库的列表里"),
        widget=forms.Textarea(attrs={"rows": 2}),
    )  # fmt: skip
    source = forms.CharField(
        label=_("正文"), required=False, widget=forms.Textarea(attrs={"rows": 14}),
        help_text=_("可以从 Word 粘贴；## 开头是小标题，- 开头是列表。内容都在附件里的，可以不写"),
    )  # fmt: skip
    topic = forms.CharField(label=_("主题或单元"), max_length=60, required=False)
    tags = forms.CharField(label=_("标签"), max_length=140, required=False, help_text=_("最多 6 个，用空格隔开，如：大单元 信息技术"))
    originality = forms.ChoiceField(label=_("是谁的作品"), choices=Originality.choices, initial=Originality.OWN)
    source_note = forms.CharField(
        label=_("原作者和出处"), max_length=200, required=False, help_text=_("改编或收集的要写，如：人教版教师用书第 32 页，王老师课件")
    )
    licence = forms.ChoiceField(label=_("别人可以怎样用"), choices=Licence.choices, initial=Licence.STUDY)
    is_downloadable = forms.BooleanField(label=_("允许下载附件"), required=False, initial=True)

    @staticmethod
    def of(resource: Resource, version: ResourceVersion) -> dict[str, object]:
        """Return the initial values for a resource."""
        names = ("title", "kind", "stage", "subject", "intro", "topic", "originality", "source_note", "licence", "is_downloadable")
        return {**{name: getattr(resource, name) for name in names}, "tags": " ".join(resource.tags), "source": version.source}

    def facts(self) -> ResourceFacts:
        """Return what was filled in."""
        given = dict(self.cleaned_data)
        tags = [tag for tag in _APART.split(given.pop("tags")) if tag]
        return ResourceFacts(tags=tags, **given)


class ResourceFileForm(forms.Form):
    """A file of the kind that was chosen."""

    def __init__(self, *arguments: Any, kind: Kind, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self.fields["file"] = UploadField(kind, label=kind.zh)


class FinishForm(forms.Form):
    """The statement, and what is new in a later version."""

    note = forms.CharField(label=_("这一版改了什么"), max_length=200, required=False)
    is_declared = forms.BooleanField(
        label=_("内容是自己的，或已得到许可并写明出处；没有学生隐私"), required=False
    )  # fmt: skip


class WordsForm(forms.Form):
    """Words that go with a hand-in or a recommendation."""

    words = forms.CharField(label=_("说明"), max_length=500, required=False, widget=forms.Textarea(attrs={"rows": 2}))


class RatingForm(forms.Form):
    """Stars and the reason."""

    stars = forms.TypedChoiceField(
        label=_("几星"), coerce=int, choices=[(5, _("5 星")), (4, _("4 星")), (3, _("3 星")), (2, _("2 星")), (1, _("1 星"))],
        widget=forms.RadioSelect,
    )  # fmt: skip
    reason = forms.CharField(label=_("理由"), max_length=300, widget=forms.Textarea(attrs={"rows": 2}), help_text=_("好在哪里，哪里可以改"))


class QuotaForm(forms.Form):
    """What a library asks of each unit below it."""

    kind = forms.ChoiceField(label=_("类别"), choices=[("", _("各类合计")), *ResourceKind.choices], required=False)
    at_least = forms.IntegerField(label=_("每个单位最少"), min_value=0, max_value=9_999, required=False)
    at_most = forms.IntegerField(label=_("每个单位最多"), min_value=1, max_value=9_999, required=False, help_text=_("不限就空着"))
    from_on = forms.DateField(label=_("从"), widget=forms.DateInput(attrs={"type": "date"}))
    until_on = forms.DateField(label=_("到"), widget=forms.DateInput(attrs={"type": "date"}))
    words = forms.CharField(
        label=_("质量要求"),
        max_length=300,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("如：有教学反思，用过一轮以上"),
    )

    @staticmethod
    def of(quota: LibraryQuota) -> dict[str, object]:
        """Return the initial values for a quota."""
        return {name: getattr(quota, name) for name in ("kind", "at_least", "at_most", "from_on", "until_on", "words")}

    def facts(self) -> QuotaFacts:
        """Return what was filled in."""
        return QuotaFacts(**{**self.cleaned_data, "at_least": self.cleaned_data["at_least"] or 0})
