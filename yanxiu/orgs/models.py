"""The irregular tree of units: regions, schools, institutions, teaching points."""

from django.contrib.postgres.fields import ArrayField
from django.db import models


class Kind(models.TextChoices):
    """What a unit is. A functional zone (功能区) acts as a county; a directly affiliated school hangs under its city."""

    NATION = "nation", "国家"
    PROVINCE = "province", "省"
    CITY = "city", "市"
    COUNTY = "county", "县（区）"
    ZONE = "zone", "功能区"
    SCHOOL = "school", "学校"
    INSTITUTION = "institution", "培训机构"
    POINT = "point", "教学点"


class Stage(models.TextChoices):
    """School stages (学段)."""

    KINDERGARTEN = "幼儿园", "幼儿园"
    PRIMARY = "小学", "小学"
    JUNIOR = "初中", "初中"
    SENIOR = "高中", "高中"


class Org(models.Model):
    """A unit. `path` is `/` + the ids from the root down + `/`, so a subtree is a prefix; `code` is GB/T 2260 or the school's."""

    name = models.CharField(max_length=100)
    short_name = models.CharField(max_length=40, default="")
    initials = models.CharField(max_length=100, default="")
    kind = models.CharField(max_length=12, choices=Kind.choices)
    code = models.CharField(max_length=20, null=True, unique=True)
    parent = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="+")
    path = models.CharField(max_length=200, unique=True)
    stages = ArrayField(models.CharField(max_length=12, choices=Stage.choices), default=list)
    is_private = models.BooleanField(default=False)
    closed_on = models.DateField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(kind="nation") | models.Q(parent__isnull=False), name="orgs_org_has_parent"),
        ]
        indexes = [
            models.Index(fields=["path"], name="orgs_org_path_prefix", opclasses=["varchar_pattern_ops"]),
            models.Index(fields=["parent", "name"], name="orgs_org_children"),
        ]

    def __str__(self) -> str:
        return self.name
