"""What people report (举报): all reports of one thing are one case."""

from django.db import models

from yanxiu.people.models import Person


class ReportReason(models.TextChoices):
    """Why something is reported; also the rule by which a measure is taken."""

    OFF_TOPIC = "off_topic", "与研修无关"
    BAD_SPEECH = "bad_speech", "政治、宗教等不良言论"
    PLAGIARISM = "plagiarism", "剽窃、抄袭"
    COPIED = "copied", "粘贴评论、重复灌水"
    ADVERT = "advert", "广告、推销"
    ABUSE = "abuse", "人身攻击"
    PRIVACY = "privacy", "泄露他人隐私"
    OTHER = "other", "其他违反规则的情况"


class CaseState(models.TextChoices):
    """`upheld`: something was done about it; `dismissed`: it may stay."""

    OPEN = "open", "待处理"
    UPHELD = "upheld", "已处理"
    DISMISSED = "dismissed", "不处理"


class ReportCase(models.Model):
    """A thing that was reported, named by its object; one open case for it, however many report it.

    `person` wrote it; `snapshot` is what it said at the first report, `is_above` sends it past the keepers of the space to the office.
    """

    object_type = models.CharField(max_length=32)
    object_id = models.BigIntegerField()
    title = models.CharField(max_length=200)
    snapshot = models.TextField(default="")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    space_id = models.BigIntegerField(null=True)
    unit_path = models.CharField(max_length=200)
    is_above = models.BooleanField(default=False)
    state = models.CharField(max_length=10, choices=CaseState.choices, default=CaseState.OPEN)
    report_count = models.PositiveIntegerField(default=0)
    opened_at = models.DateTimeField()
    answer = models.CharField(max_length=300, default="")
    decided_by = models.BigIntegerField(null=True)
    decided_label = models.CharField(max_length=120, default="")
    decided_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["object_type", "object_id"], condition=models.Q(state="open"), name="integrity_reportcase_one_open"
            ),
            models.CheckConstraint(
                condition=models.Q(state="open", decided_at__isnull=True) | (~models.Q(state="open") & models.Q(decided_at__isnull=False)),
                name="integrity_reportcase_decided_when",
            ),
        ]
        indexes = [
            models.Index(fields=["space_id", "opened_at"], name="integrity_reportcase_queue", condition=models.Q(state="open")),
            models.Index(
                fields=["unit_path", "opened_at"], name="integrity_reportcase_path", opclasses=["varchar_pattern_ops", "timestamptz_ops"]
            ),
        ]

    def __str__(self) -> str:
        return self.title


class Report(models.Model):
    """What one person reported; once a case."""

    case = models.ForeignKey(ReportCase, on_delete=models.PROTECT, related_name="+")
    reason = models.CharField(max_length=12, choices=ReportReason.choices)
    words = models.CharField(max_length=500, default="")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    reported_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["case", "person"], name="integrity_report_once")]
        indexes = [models.Index(fields=["person", "-reported_at"], name="integrity_report_person")]
