"""The libraries on whose shelves resources stand, and what libraries ask of the units below them."""

from django.db import models

from yanxiu.approvals.models import Chain
from yanxiu.catalogue.models.resources import Resource, ResourceKind
from yanxiu.orgs.models import Org


class ShelvingState(models.TextChoices):
    """Where a resource stands with one library."""

    SUBMITTED = "submitted", "待审"
    SHELVED = "shelved", "在库"
    RETURNED = "returned", "退回修改"
    REFUSED = "refused", "未入库"
    WITHDRAWN = "withdrawn", "已下架"


class Shelving(models.Model):
    """A resource and the library of a unit. It climbs by one row more a level, and is never copied.

    `version` is the one that readers there see, `asked_version` the one that waits for `chain`. `from_unit` recommended it, null for the
    first library, to which its owner handed it in. `kind`, `stage`, `subject` repeat the resource's, so that a shelf is counted from its
    index alone; `uses` (how many people used it) is taken over every night. `record_id` is the record of its being shelved.
    """

    resource = models.ForeignKey(Resource, on_delete=models.CASCADE, related_name="+")
    org = models.ForeignKey(Org, on_delete=models.PROTECT, related_name="+")
    from_unit = models.ForeignKey(Org, on_delete=models.PROTECT, null=True, related_name="+")
    state = models.CharField(max_length=10, choices=ShelvingState.choices, default=ShelvingState.SUBMITTED)
    kind = models.CharField(max_length=12, choices=ResourceKind.choices)
    stage = models.CharField(max_length=12, default="")
    subject = models.CharField(max_length=30, default="")
    version = models.PositiveSmallIntegerField(null=True)
    asked_version = models.PositiveSmallIntegerField(null=True)
    chain = models.ForeignKey(Chain, on_delete=models.PROTECT, null=True, related_name="+")
    programme_id = models.BigIntegerField(null=True)
    words = models.CharField(max_length=500, default="")
    reason = models.CharField(max_length=500, default="")
    asked_by = models.BigIntegerField(null=True)
    asked_label = models.CharField(max_length=120, default="")
    asked_at = models.DateTimeField()
    shelved_at = models.DateTimeField(null=True)
    shelved_by = models.BigIntegerField(null=True)
    shelved_label = models.CharField(max_length=120, default="")
    featured_at = models.DateTimeField(null=True)
    featured_by = models.BigIntegerField(null=True)
    withdrawn_at = models.DateTimeField(null=True)
    uses = models.PositiveIntegerField(default=0)
    record_id = models.BigIntegerField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["resource", "org"], name="catalogue_shelving_once"),
            models.CheckConstraint(
                condition=models.Q(state="shelved", version__isnull=False, shelved_at__isnull=False)
                | (~models.Q(state="shelved") & models.Q(featured_at__isnull=True)),
                name="catalogue_shelving_shelved_when",
            ),
            models.CheckConstraint(
                condition=models.Q(state="submitted", asked_version__isnull=False)
                | models.Q(state="shelved")
                | (~models.Q(state__in=["submitted", "shelved"]) & models.Q(asked_version__isnull=True)),
                name="catalogue_shelving_asked_when",
            ),
            models.CheckConstraint(
                condition=~models.Q(state="withdrawn") | models.Q(withdrawn_at__isnull=False), name="catalogue_shelving_withdrawn_when"
            ),
        ]
        indexes = [
            models.Index(fields=["org", "kind", "stage", "subject"], name="catalogue_shelving_facets", condition=models.Q(state="shelved")),
            models.Index(fields=["org", "-shelved_at", "-id"], name="catalogue_shelving_newest", condition=models.Q(state="shelved")),
            models.Index(fields=["org", "-uses", "-id"], name="catalogue_shelving_used", condition=models.Q(state="shelved")),
            models.Index(
                fields=["org", "-featured_at", "-id"],
                name="catalogue_shelving_featured",
                condition=models.Q(state="shelved", featured_at__isnull=False),
            ),
            models.Index(fields=["chain"], name="catalogue_shelving_chain"),
            models.Index(fields=["org", "from_unit", "state"], name="catalogue_shelving_from"),
        ]


class ShelfCount(models.Model):
    """How many resources of a kind, stage and subject stand on the shelf of a library, and how many of them are featured.

    Kept beside the shelvings by the database itself, with every row that changes (ADR 0036).
    """

    org = models.ForeignKey(Org, on_delete=models.CASCADE, related_name="+", db_index=False)
    kind = models.CharField(max_length=12)
    stage = models.CharField(max_length=12, default="")
    subject = models.CharField(max_length=30, default="")
    shelved = models.PositiveIntegerField(default=0)
    featured = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["org", "kind", "stage", "subject"], name="catalogue_shelf_count_once"),
            models.CheckConstraint(condition=models.Q(featured__lte=models.F("shelved")), name="catalogue_shelf_count_featured_within"),
        ]


class LibraryQuota(models.Model):
    """How many resources of a kind ("" = of all) a library takes, or asks for, from each unit below it between two days (C-49).

    `words` says what quality is asked. Days are Shanghai's, both included.
    """

    org = models.ForeignKey(Org, on_delete=models.PROTECT, related_name="+")
    programme_id = models.BigIntegerField(null=True)
    kind = models.CharField(max_length=12, choices=ResourceKind.choices, default="")
    at_least = models.PositiveIntegerField(default=0)
    at_most = models.PositiveIntegerField(null=True)
    from_on = models.DateField()
    until_on = models.DateField()
    words = models.CharField(max_length=300, default="")
    set_by = models.BigIntegerField(null=True)
    set_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["org", "programme_id", "kind", "from_on"],
                condition=models.Q(ended_at__isnull=True),
                nulls_distinct=False,
                name="catalogue_quota_once",
            ),
            models.CheckConstraint(condition=models.Q(until_on__gte=models.F("from_on")), name="catalogue_quota_days"),
            models.CheckConstraint(
                condition=models.Q(at_most__isnull=True) | models.Q(at_most__gte=models.F("at_least")), name="catalogue_quota_bounds"
            ),
        ]


class QuotaUse(models.Model):
    """How many places of a quota a unit has taken: submitted and shelved ones. `at_most` repeats the quota's, so that none is too many."""

    quota = models.ForeignKey(LibraryQuota, on_delete=models.CASCADE, related_name="+")
    unit = models.ForeignKey(Org, on_delete=models.PROTECT, related_name="+")
    taken = models.PositiveIntegerField(default=0)
    at_most = models.PositiveIntegerField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["quota", "unit"], name="catalogue_quota_use_once"),
            models.CheckConstraint(
                condition=models.Q(at_most__isnull=True) | models.Q(taken__lte=models.F("at_most")), name="catalogue_quota_use_within"
            ),
        ]


class QuotaPlace(models.Model):
    """Which place of which quota a shelving holds, so that it gives back exactly what it took."""

    shelving = models.ForeignKey(Shelving, on_delete=models.CASCADE, related_name="+")
    use = models.ForeignKey(QuotaUse, on_delete=models.CASCADE, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["shelving", "use"], name="catalogue_quota_place_once")]
