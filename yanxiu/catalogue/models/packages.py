"""Course packages (课件包)."""

from django.db import models

from yanxiu.files.models import StoredFile
from yanxiu.orgs.models import Org


class PackageEdition(models.TextChoices):
    """By which standard a package speaks."""

    SCORM12 = "scorm12", "SCORM 1.2"
    SCORM2004_2 = "scorm2004-2", "SCORM 2004 第 2 版"
    SCORM2004_3 = "scorm2004-3", "SCORM 2004 第 3 版"
    SCORM2004_4 = "scorm2004-4", "SCORM 2004 第 4 版"
    WEB = "web", "网页课件"


class Package(models.Model):
    """A package that was unpacked and understood; it never changes, who wants another one uploads it.

    `file` is what was uploaded, `storage_name` the folder of its files, `manifest` what is played (`catalogue.packages.shape.Manifest`).
    `encoding` of the file names in the archive. Steps name it by id in their content; versions of a course share it.
    """

    file = models.ForeignKey(StoredFile, on_delete=models.PROTECT, related_name="+")
    owner = models.ForeignKey(Org, on_delete=models.PROTECT, related_name="+")
    title = models.CharField(max_length=200)
    edition = models.CharField(max_length=12, choices=PackageEdition.choices)
    manifest = models.JSONField()
    storage_name = models.CharField(max_length=32, unique=True)
    file_count = models.PositiveIntegerField()
    size_bytes = models.BigIntegerField()
    encoding = models.CharField(max_length=12)
    uploaded_by = models.BigIntegerField(null=True)
    uploaded_at = models.DateTimeField()

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(file_count__gt=0, size_bytes__gte=0), name="catalogue_package_has_files")]

    def __str__(self) -> str:
        return self.title
