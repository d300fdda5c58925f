"""What is asked about courses and modules, and why something is given back."""

from decimal import Decimal

from django import forms
from django.utils.translation import gettext_lazy as _

from yanxiu.catalogue.actions import CourseFacts, ModuleFacts
from yanxiu.catalogue.forms.fields import subject_choices
from yanxiu.catalogue.models import Course, Module
from yanxiu.orgs.models import Stage


class CourseForm(forms.Form):
    """The facts of a course."""

    title = forms.CharField(label=_("课程名称"), max_length=120)
    summary = forms.CharField(label=_("简介"), help_text=_("教师选课时先看这一段"), widget=forms.Textarea, required=False)
    topic = forms.CharField(label=_("专题"), help_text=_("摆在哪个专题下，例如 班级管理"), max_length=60, required=False)
    hours = forms.DecimalField(label=_("学时"), max_digits=5, decimal_places=2, min_value=Decimal("0.01"))
    stages = forms.MultipleChoiceField(label=_("学段"), choices=Stage.choices, widget=forms.CheckboxSelectMultiple)
    subjects = forms.MultipleChoiceField(
        label=_("学科"), help_text=_("都不选就是各学科通用"), choices=subject_choices, widget=forms.CheckboxSelectMultiple, required=False
    )
    lecturer = forms.CharField(label=_("主讲"), max_length=60, required=False)
    provider = forms.CharField(label=_("提供单位"), max_length=100, required=False)

    @classmethod
    def of(cls, course: Course) -> dict[str, object]:
        """Return the initial values for a course."""
        return {name: getattr(course, name) for name in cls.base_fields}

    def facts(self) -> CourseFacts:
        """Return what was filled in."""
        given = self.cleaned_data
        return CourseFacts(**{**given, "stages": tuple(given["stages"]), "subjects": tuple(given["subjects"])})


class ModuleForm(forms.Form):
    """What a module says about itself."""

    title = forms.CharField(label=_("模块名称"), max_length=120)
    goals = forms.CharField(label=_("学习目标"), help_text=_("学完能做什么"), widget=forms.Textarea(attrs={"rows": 2}))
    topics = forms.CharField(label=_("专题内容"), widget=forms.Textarea(attrs={"rows": 2}), required=False)
    cases = forms.CharField(label=_("典型案例"), widget=forms.Textarea(attrs={"rows": 2}), required=False)
    online_activity = forms.CharField(label=_("线上活动"), widget=forms.Textarea(attrs={"rows": 2}), required=False)
    offline_activity = forms.CharField(label=_("线下活动"), widget=forms.Textarea(attrs={"rows": 2}), required=False)
    outcomes = forms.CharField(label=_("成果要求"), help_text=_("交什么、怎样算合格"), widget=forms.Textarea(attrs={"rows": 2}))
    online_hours = forms.DecimalField(label=_("线上学时"), max_digits=5, decimal_places=2, min_value=0, initial=Decimal(1))
    offline_hours = forms.DecimalField(label=_("线下学时"), max_digits=5, decimal_places=2, min_value=0, initial=Decimal(0))
    is_compulsory = forms.BooleanField(label=_("必修模块"), required=False, initial=True)

    @classmethod
    def of(cls, module: Module) -> dict[str, object]:
        """Return the initial values for a module."""
        return {name: getattr(module, name) for name in cls.base_fields}

    def facts(self) -> ModuleFacts:
        """Return what was filled in."""
        return ModuleFacts(**self.cleaned_data)


class ReasonForm(forms.Form):
    """Why something is given back, archived or withdrawn."""

    reason = forms.CharField(label=_("原因"), max_length=300, widget=forms.Textarea(attrs={"rows": 2}))
