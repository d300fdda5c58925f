"""What is asked about a space itself: documents, settings, people, links, founding. The actions judge; forms only take apart."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from yanxiu.files.fields import UploadField
from yanxiu.files.kinds import Kind
from yanxiu.orgs.models import Stage
from yanxiu.workshops.models import ContactRole, Joining, Level, LinkKind, Tool

_MARKUP = _("空一行分段；行首写 ## 是小标题，- 是列表，> 是引用，**两边** 加粗。从文档里粘贴也可以")


class DocumentForm(forms.Form):
    """The next version of a document."""

    title = forms.CharField(label=_("文件名"), max_length=120, required=False)
    source = forms.CharField(label=_("正文"), help_text=_MARKUP, widget=forms.Textarea, max_length=20_000, required=False)
    sent = UploadField(Kind.DOCUMENT, label=_("附件"), required=False)
    drops_file = forms.BooleanField(label=_("新的一版不再附现在的附件"), required=False)
    asks = forms.BooleanField(label=_("请每位成员确认已读"), required=False)

    def __init__(self, data: Any = None, sent: Any = None, *, has_file: bool = False, **kwargs: Any) -> None:
        super().__init__(data, sent, **kwargs)
        if not has_file:
            del self.fields["drops_file"]


class ArrangeForm(forms.Form):
    """Tools, who may look, how a seat is had, how many."""

    tools = forms.MultipleChoiceField(label=_("栏目"), choices=Tool.choices, widget=forms.CheckboxSelectMultiple, required=False)
    visibility = forms.ChoiceField(
        label=_("谁能看"), widget=forms.RadioSelect,
        choices=[
            ("public", _("公开：本项目、本范围的老师不入坊也能看")),
            ("members", _("成员可见：坊外只看到简介和规则")),
            ("hidden", _("不列出：只有成员和受邀的人知道")),
        ],
    )  # fmt: skip
    joining = forms.ChoiceField(label=_("怎样入坊"), choices=Joining.choices, widget=forms.RadioSelect, required=False)
    cap = forms.IntegerField(label=_("人数上限"), min_value=1, max_value=100_000, required=False, help_text=_("不填就不改"))


class ReasonForm(forms.Form):
    """Why a space is closed, or members are removed."""

    reason = forms.CharField(label=_("原因，成员会看到"), max_length=200)


class ContactForm(forms.Form):
    """An expert or whom to ask."""

    role = forms.ChoiceField(label=_("是什么人"), choices=ContactRole.choices)
    name = forms.CharField(label=_("姓名"), max_length=60)
    unit = forms.CharField(label=_("单位"), max_length=100, required=False)
    words = forms.CharField(label=_("介绍"), max_length=500, required=False, widget=forms.Textarea)


class PeopleForm(forms.Form):
    """People by name or staff number, one a line."""

    people = forms.CharField(
        label=_("姓名或工号"), help_text=_("一行一位，可以从名册里粘贴；同名的请填工号"), widget=forms.Textarea, max_length=40_000
    )


class LinkForm(forms.Form):
    """A space to link with, and what flows."""

    other = forms.IntegerField(label=_("互联的坊"), min_value=1)
    kinds = forms.MultipleChoiceField(label=_("互通什么"), choices=LinkKind.choices, widget=forms.CheckboxSelectMultiple, required=False)
    message = forms.CharField(label=_("给对方主持人的话"), max_length=200, required=False)


class FoundForm(forms.Form):
    """A new workshop, alone or with others."""

    title = forms.CharField(label=_("坊名"), max_length=120)
    intro = forms.CharField(label=_("简介"), max_length=500, required=False, widget=forms.Textarea)
    founders = forms.CharField(
        label=_("共同创建人"), help_text=_("姓名或工号，一行一位；不填就是自己创建。每位同意后一起主持"), max_length=1_000, required=False,
        widget=forms.Textarea,
    )  # fmt: skip


class LevelsForm(forms.Form):
    """A subject whose workshops have other levels."""

    stage = forms.ChoiceField(label=_("学段"), choices=Stage.choices)
    subject = forms.CharField(label=_("学科"), max_length=30)
    levels = forms.MultipleChoiceField(label=_("分几级"), choices=Level.choices, widget=forms.CheckboxSelectMultiple, required=False)
    reason = forms.CharField(label=_("原因"), max_length=200, required=False)
