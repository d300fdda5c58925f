"""Resources of teachers: what they consist of, who uses them, what they are found by."""

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.db.models.functions import Now

from yanxiu.files.models import StoredFile
from yanxiu.orgs.models import Org, Stage
from yanxiu.people.models import Person


class ResourceKind(models.TextChoices):
    """What a resource is (002 §三(二)3); the words are those in which plans count."""

    LESSON_DESIGN = "教学设计", "教学设计"
    RECORDING = "课堂实录", "课堂实录"
    MICRO_COURSE = "微课程", "微课程"
    COURSEWARE = "课件", "课件"
    CASE = "案例", "案例"
    EXERCISES = "习题试卷", "习题试卷"
    MATERIAL = "素材", "素材"
    SOLUTION = "解决方案", "解决方案"
    OTHER = "其他", "其他"


class Originality(models.TextChoices):
    """Whose work it is; whatever is not wholly one's own names its source."""

    OWN = "own", "本人原创"
    ADAPTED = "adapted", "在他人作品上改编"
    COLLECTED = "collected", "收集整理"


class Licence(models.TextChoices):
    """What others may do with it."""

    STUDY = "study", "平台内学习使用"
    NON_COMMERCIAL = "non_commercial", "注明出处，可用于教学，不得商用"
    FREE = "free", "注明出处，可自由使用"


class ResourceState(models.TextChoices):
    """`kept`: finished, in its owner's own library; `withdrawn`: taken away, on no shelf any more."""

    DRAFT = "draft", "草稿"
    KEPT = "kept", "已完成"
    WITHDRAWN = "withdrawn", "已撤下"


class Resource(models.Model):
    """Something that a teacher made and others can use. What it consists of stands in its versions; `version` is the newest released one.

    `unit` is where the owner worked when it was finished. `programme_id` is the programme in which it counts, if any; `record_id` the
    record by which it does. Facts (title, kind, stage …) may be changed until it stands on a shelf.
    """

    owner = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    owner_label = models.CharField(max_length=120)
    unit = models.ForeignKey(Org, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=12, choices=ResourceKind.choices)
    title = models.CharField(max_length=120, default="")
    intro = models.CharField(max_length=500, default="")
    stage = models.CharField(max_length=12, choices=Stage.choices, default="")
    subject = models.CharField(max_length=30, default="")
    topic = models.CharField(max_length=60, default="")
    tags = ArrayField(models.CharField(max_length=20), default=list)
    originality = models.CharField(max_length=10, choices=Originality.choices, default=Originality.OWN)
    source_note = models.CharField(max_length=200, default="")
    licence = models.CharField(max_length=14, choices=Licence.choices, default=Licence.STUDY)
    is_downloadable = models.BooleanField(default=True)
    state = models.CharField(max_length=10, choices=ResourceState.choices, default=ResourceState.DRAFT)
    version = models.PositiveSmallIntegerField(default=0)
    programme_id = models.BigIntegerField(null=True)
    record_id = models.BigIntegerField(null=True)
    created_at = models.DateTimeField()
    saved_at = models.DateTimeField()
    kept_at = models.DateTimeField(null=True)
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_reason = models.CharField(max_length=200, default="")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(state="draft", kept_at__isnull=True, version=0)
                | (~models.Q(state="draft") & models.Q(kept_at__isnull=False, version__gte=1) & ~models.Q(title="")),
                name="catalogue_resource_kept_when",
            ),
            models.CheckConstraint(
                condition=models.Q(state="withdrawn", withdrawn_at__isnull=False)
                | (~models.Q(state="withdrawn") & models.Q(withdrawn_at__isnull=True)),
                name="catalogue_resource_withdrawn_when",
            ),
            models.CheckConstraint(
                condition=models.Q(state="draft") | models.Q(originality="own") | ~models.Q(source_note=""),
                name="catalogue_resource_names_source",
            ),
        ]
        indexes = [models.Index(fields=["owner", "-saved_at", "-id"], name="catalogue_resource_own")]

    def __str__(self) -> str:
        return self.title or self.get_kind_display()


class ResourceVersion(models.Model):
    """What a resource consists of at a version: text and files. Never changed once released; the unreleased one is being written."""

    resource = models.ForeignKey(Resource, on_delete=models.CASCADE, related_name="+")
    number = models.PositiveSmallIntegerField()
    source = models.TextField(default="")
    body = models.TextField(default="")
    note = models.CharField(max_length=200, default="")
    released_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["resource", "number"], name="catalogue_resource_version_once"),
            models.UniqueConstraint(
                fields=["resource"], condition=models.Q(released_at__isnull=True), name="catalogue_resource_version_one_open"
            ),
            models.CheckConstraint(condition=models.Q(number__gte=1), name="catalogue_resource_version_from_one"),
        ]


class ResourceFile(models.Model):
    """A file of a version, in order; the same file may go on into later versions."""

    version = models.ForeignKey(ResourceVersion, on_delete=models.CASCADE, related_name="+")
    file = models.ForeignKey(StoredFile, on_delete=models.PROTECT, related_name="+")
    number = models.PositiveSmallIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["version", "file"], name="catalogue_resource_file_once"),
            models.UniqueConstraint(
                fields=["version", "number"], name="catalogue_resource_file_number", deferrable=models.Deferrable.DEFERRED
            ),
        ]


class ResourceReader(models.Model):
    """A person who used a resource: since when, the last day, and what she thinks of it (stars 1 to 5, with the reason)."""

    resource = models.ForeignKey(Resource, on_delete=models.CASCADE, related_name="+")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    first_at = models.DateTimeField()
    last_on = models.DateField()
    downloaded_at = models.DateTimeField(null=True)
    favourite_at = models.DateTimeField(null=True)
    stars = models.PositiveSmallIntegerField(null=True)
    rated_reason = models.CharField(max_length=300, default="")
    rated_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["resource", "person"], name="catalogue_resource_reader_once"),
            models.CheckConstraint(
                condition=models.Q(stars__isnull=True, rated_at__isnull=True, rated_reason="")
                | (models.Q(stars__gte=1, stars__lte=5, rated_at__isnull=False) & ~models.Q(rated_reason="")),
                name="catalogue_resource_reader_rated",
            ),
        ]
        indexes = [
            models.Index(
                fields=["person", "-favourite_at"],
                name="catalogue_reader_favourites",
                condition=models.Q(favourite_at__isnull=False),
            ),
        ]


class ResourceUse(models.Model):
    """How a resource was used on a Shanghai day: pages opened, files taken along, people."""

    resource = models.ForeignKey(Resource, on_delete=models.CASCADE, related_name="+")
    on = models.DateField()
    views = models.PositiveIntegerField(default=0)
    downloads = models.PositiveIntegerField(default=0)
    people = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["resource", "on"], name="catalogue_resource_use_once")]
        indexes = [models.Index(fields=["on"], name="catalogue_resource_use_day")]


class ResourceWords(models.Model):
    """What a resource can be found by; derived from its newest released version, made anew by `reindex_resources`."""

    resource = models.OneToOneField(Resource, on_delete=models.CASCADE, primary_key=True, related_name="+")
    words = SearchVectorField()
    text = models.TextField(default="")
    dictionary = models.CharField(max_length=40)
    indexed_at = models.DateTimeField(db_default=Now())

    class Meta:
        indexes = [GinIndex(fields=["words"], name="catalogue_resource_found")]
