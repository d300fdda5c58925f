"""What is asked when a course comes from files."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from yanxiu.catalogue.forms.fields import ManyFiles, ManyFilesInput, file_field
from yanxiu.files.kinds import Kind

ACCEPTED = (Kind.VIDEO, Kind.AUDIO, Kind.CAPTIONS, Kind.IMAGE, Kind.DOCUMENT, Kind.PACKAGE)


class FilesForm(forms.Form):
    """Several files at once, and one large film that may come in parts."""

    uploads = ManyFiles(
        label=_("一批文件"),
        help_text=_("一次选多个，最多 20 个：视频、音频、字幕、文档、图片、课件包，加一份提纲（XLSX）更好"),
        required=False,
        allow_empty_file=True,
        widget=ManyFilesInput(attrs={"accept": ",".join(kind.accept for kind in ACCEPTED)}),
    )
    film = file_field(Kind.VIDEO, _("一个大视频"))

    def clean(self) -> dict[str, Any]:
        """Ask for one file at least."""
        given = super().clean() or {}
        if not given.get("uploads") and not given.get("film") and not self.errors:
            self.add_error("uploads", _("还没有选文件，请至少选一个。"))
        return given

    def sent(self) -> list[Any]:
        """Return all that came, the large film last."""
        film = self.cleaned_data.get("film")
        return [*self.cleaned_data["uploads"], *([film] if film else [])]


class CourseFileForm(forms.Form):
    """A course file."""

    bundle = file_field(Kind.BUNDLE, _("课程文件"), required=True)
