"""Activities (活动, W-32, W-42): what is held when and where, who takes part, with which spaces together."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from yanxiu.people.models import Person
from yanxiu.workshops.models.posts import Post
from yanxiu.workshops.models.spaces import Space


class ActivityMode(models.TextChoices):
    """Where people meet."""

    ONLINE = "online", _("线上")
    OFFLINE = "offline", _("线下")
    MIXED = "mixed", _("线上线下")


class ActivityPurpose(models.TextChoices):
    """What it is for: a gathering; a call for practice problems (W-33); an action-research topic; a team of experts (002 §三, §五)."""

    GATHERING = "gathering", _("研修活动")
    CALL = "call", _("问题征集")
    RESEARCH = "research", _("行动研究课题")
    TEAM = "team", _("专家团队")


class Activity(models.Model):
    """The facts of an activity; its words, replies and pictures are those of the thread `post`.

    `places` null = no limit, `taken` are the places given. `sign_up_until` null = until it ends. `code` is told on the spot and checks in
    who gives it. `is_across`: held for several schools; `is_open_to_linked`: members of the spaces linked for activities take part too;
    `select_count`: how many problems of a call are to be taken up. `result` is the reply of a host that tells the outcome. Called off it
    stays, with the reason; `closed_at`: nobody signs up or checks in any more.
    """

    post = models.OneToOneField(Post, on_delete=models.CASCADE, related_name="+")
    purpose = models.CharField(max_length=10, choices=ActivityPurpose.choices, default=ActivityPurpose.GATHERING)
    mode = models.CharField(max_length=8, choices=ActivityMode.choices)
    is_across = models.BooleanField(default=False)
    is_open_to_linked = models.BooleanField(default=False)
    place = models.CharField(max_length=200, default="")
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    sign_up_until = models.DateTimeField(null=True)
    places = models.PositiveIntegerField(null=True)
    taken = models.PositiveIntegerField(default=0)
    select_count = models.PositiveSmallIntegerField(null=True)
    code = models.CharField(max_length=6, default="")
    result = models.ForeignKey(Post, on_delete=models.SET_NULL, null=True, related_name="+")
    closed_at = models.DateTimeField(null=True)
    called_off_at = models.DateTimeField(null=True)
    called_off_for = models.CharField(max_length=200, default="")

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(ends_at__gt=models.F("starts_at")), name="workshops_activity_ends_after"),
            models.CheckConstraint(
                condition=models.Q(sign_up_until__isnull=True) | models.Q(sign_up_until__lte=models.F("ends_at")),
                name="workshops_activity_sign_up_before_end",
            ),
            models.CheckConstraint(
                condition=models.Q(places__isnull=True) | models.Q(taken__lte=models.F("places")), name="workshops_activity_within_places"
            ),
            models.CheckConstraint(condition=models.Q(mode="online") | ~models.Q(place=""), name="workshops_activity_has_place"),
            models.CheckConstraint(
                condition=models.Q(called_off_at__isnull=True, called_off_for="")
                | (models.Q(called_off_at__isnull=False, closed_at__isnull=False) & ~models.Q(called_off_for="")),
                name="workshops_activity_called_off_for",
            ),
            models.CheckConstraint(
                condition=models.Q(purpose="call") | models.Q(select_count__isnull=True), name="workshops_activity_selects_in_call"
            ),
        ]
        indexes = [models.Index(fields=["starts_at"], name="workshops_activity_when")]

    def __str__(self) -> str:
        return str(self.post_id)


class SeatState(models.TextChoices):
    """`waiting` for a place that is given back; `absent`: signed up and did not come, as the host noted."""

    WAITING = "waiting", _("候补")
    SIGNED_UP = "signed_up", _("已报名")
    CHECKED_IN = "checked_in", _("已签到")
    ABSENT = "absent", _("未到")
    LEFT = "left", _("已取消")


class ActivitySeat(models.Model):
    """A person in an activity, once; `space` is where she came from. `record_id` is the record by which taking part counts."""

    activity = models.ForeignKey(Activity, on_delete=models.CASCADE, related_name="+")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    space = models.ForeignKey(Space, on_delete=models.PROTECT, related_name="+")
    unit_path = models.CharField(max_length=200)
    state = models.CharField(max_length=12, choices=SeatState.choices)
    signed_up_at = models.DateTimeField()
    checked_in_at = models.DateTimeField(null=True)
    checked_in_by = models.BigIntegerField(null=True)
    left_at = models.DateTimeField(null=True)
    record_id = models.BigIntegerField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["activity", "person"], name="workshops_seat_once"),
            models.CheckConstraint(
                condition=models.Q(state="checked_in", checked_in_at__isnull=False, checked_in_by__isnull=False, left_at__isnull=True)
                | models.Q(state="left", left_at__isnull=False, checked_in_at__isnull=True)
                | models.Q(state__in=["waiting", "signed_up", "absent"], checked_in_at__isnull=True, left_at__isnull=True),
                name="workshops_seat_state_when",
            ),
            models.CheckConstraint(
                condition=models.Q(record_id__isnull=True) | models.Q(state="checked_in"), name="workshops_seat_counts_who_came"
            ),
        ]
        indexes = [
            models.Index(fields=["activity", "state", "signed_up_at", "id"], name="workshops_seat_list"),
            models.Index(fields=["person"], name="workshops_seat_person"),
        ]


class ActivityHost(models.Model):
    """Another space that was asked to hold an activity together (跨坊, 跨校); its members take part once one of its hosts has agreed."""

    activity = models.ForeignKey(Activity, on_delete=models.CASCADE, related_name="+")
    space = models.ForeignKey(Space, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    asked_by = models.BigIntegerField()
    agreed_at = models.DateTimeField(null=True)
    agreed_by = models.BigIntegerField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["activity", "space"], name="workshops_activity_host_once"),
            models.CheckConstraint(
                condition=models.Q(agreed_at__isnull=True, agreed_by__isnull=True)
                | models.Q(agreed_at__isnull=False, agreed_by__isnull=False),
                name="workshops_activity_host_agreed",
            ),
        ]
        indexes = [models.Index(fields=["space"], name="workshops_activity_host_space")]
