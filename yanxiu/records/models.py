"""What happened (Record), its counts (Tally), and what followed from it (Delivery). No foreign keys: plain ids and labels."""

from django.db import models


class Record(models.Model):
    """One thing that happened; append-only, partitioned by month, never changed (trigger and grants, ADR 0004).

    `person_id` is whom it concerns (the actor where nobody else is named); `kind` is the word by which counters tell records
    of one metric apart (a curriculum block, a kind of briefing); `measure` is hours, points or a score, by event.
    """

    id = models.BigAutoField(primary_key=True)
    at = models.DateTimeField()
    actor_id = models.BigIntegerField(null=True)
    actor_label = models.CharField(max_length=120)
    person_id = models.BigIntegerField(null=True)
    verb = models.CharField(max_length=40)
    object_type = models.CharField(max_length=40)
    object_id = models.CharField(max_length=80)
    object_label = models.CharField(max_length=300, default="")
    programme_id = models.BigIntegerField(null=True)
    space_id = models.BigIntegerField(null=True)
    unit_path = models.CharField(max_length=200, default="")
    kind = models.CharField(max_length=80, default="")
    measure = models.DecimalField(max_digits=14, decimal_places=4, null=True)
    data = models.JSONField(default=dict)
    key = models.CharField(max_length=200, null=True)
    voids = models.BigIntegerField(null=True)

    class Meta:
        db_table = "records_record"


class RecordKey(models.Model):
    """An idempotency key that a record used: unique over all months."""

    key = models.CharField(max_length=200, primary_key=True)
    record_id = models.BigIntegerField()


class MetricSource(models.Model):
    """Which records a metric counts; filled from the declarations of the domains at set-up (`records.metrics`)."""

    metric = models.CharField(max_length=60)
    verb = models.CharField(max_length=40)
    object_type = models.CharField(max_length=40)
    for_actor = models.BooleanField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["verb", "object_type", "metric"], name="records_metric_source_once")]


class Slice(models.Model):
    """The time between two neighbouring window boundaries of a programme: [starts_at, ends_at), null = open end."""

    programme_id = models.BigIntegerField()
    number = models.IntegerField()
    starts_at = models.DateTimeField(null=True)
    ends_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["programme_id", "number"], name="records_slice_once")]


class Tally(models.Model):
    """A counter: records of a metric and kind, of a person in a space, in one slice. 0 stands for "none"."""

    programme_id = models.BigIntegerField()
    person_id = models.BigIntegerField()
    space_id = models.BigIntegerField()
    metric = models.CharField(max_length=60)
    kind = models.CharField(max_length=80)
    slice = models.IntegerField()
    count = models.BigIntegerField()
    amount = models.DecimalField(max_digits=18, decimal_places=4)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["programme_id", "person_id", "metric", "kind", "space_id", "slice"], name="records_tally_once"),
        ]
        indexes = [models.Index(fields=["space_id", "metric"], name="records_tally_space", condition=models.Q(space_id__gt=0))]


class Cursor(models.Model):
    """How far a reaction has come: records of transactions before `xid`, and up to `record_id` within the last."""

    reaction = models.CharField(max_length=120, primary_key=True)
    xid = models.BigIntegerField(default=0)
    record_id = models.BigIntegerField(default=0)


class Failure(models.Model):
    """A delivery that did not work, kept until it is tried again or given up by an operator."""

    reaction = models.CharField(max_length=120)
    record_id = models.BigIntegerField()
    message = models.CharField(max_length=500)
    tries = models.IntegerField()
    failed_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["reaction", "record_id"], name="records_failure_once")]
