"""What is asked about course packages."""

from typing import Literal, cast

from django import forms
from django.utils.translation import gettext_lazy as _

from yanxiu.catalogue import content
from yanxiu.catalogue.content import PASS_SCORE
from yanxiu.catalogue.forms.fields import file_field
from yanxiu.files.kinds import Kind

Counts = Literal["opened", "completed", "passed"]


class PackageForm(forms.Form):
    """A package to take in."""

    package = file_field(Kind.PACKAGE, _("课件包"), required=True)


class PlaceForm(forms.Form):
    """What a package is called in the course, and when it counts."""

    title = forms.CharField(label=_("环节名称"), max_length=120)
    counts = forms.ChoiceField(
        label=_("怎样算完成"),
        choices=[("opened", _("打开够时长")), ("completed", _("课件报告学完，且够时长")), ("passed", _("课件报告通过，且够时长"))],
        widget=forms.RadioSelect,
        initial="completed",
    )
    minutes = forms.IntegerField(
        label=_("最短学习分钟"), help_text=_("按服务器的钟算，不看课件自己报的时间"), min_value=1, max_value=480, initial=5
    )
    pass_score = forms.IntegerField(
        label=_("及格线"), help_text=_("满分 100，选“报告通过”时用"), min_value=1, max_value=100, initial=PASS_SCORE
    )

    @classmethod
    def of(cls, title: str, rule: content.Package) -> dict[str, object]:
        """Return the initial values for a step."""
        return {"title": title, "counts": rule.counts, "minutes": max(-(-rule.min_seconds // 60), 1), "pass_score": rule.pass_score}

    def rule(self, package_id: int) -> content.Package:
        """Return what was filled in."""
        given = self.cleaned_data
        counts = cast("Counts", given["counts"])
        return content.Package(package_id=package_id, counts=counts, min_seconds=given["minutes"] * 60, pass_score=given["pass_score"])
