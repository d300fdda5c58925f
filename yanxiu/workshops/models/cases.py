"""Solicitation of excellent cases (优秀案例征集, W-36): themes, what is entered, and how it climbs under a share (C-41, D-08, D-09)."""

from django.db import models
from django.db.models import F, Q

from yanxiu.orgs.models import Org
from yanxiu.people.models import Person
from yanxiu.programmes.models import Programme
from yanxiu.workshops.models.posts import Post
from yanxiu.workshops.models.spaces import Level, Space

MOST_SCORE = 100


class CaseTheme(models.Model):
    """A theme that cases are asked for, in the workshop `space` and all below it. Cases stay sealed until `published_at`.

    `solicitation` is the plan's key; `ratio_max` and `rounding` stand here as the plan had them when the theme was designed, null = no
    cap. Entries close at `closes_at`; each level above has `days_per_level` more to choose.
    """

    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="+")
    space = models.ForeignKey(Space, on_delete=models.PROTECT, related_name="+")
    solicitation = models.CharField(max_length=60)
    title = models.CharField(max_length=120)
    source = models.TextField()
    body = models.TextField()
    author = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    author_label = models.CharField(max_length=120)
    ratio_max = models.DecimalField(max_digits=6, decimal_places=5, null=True)
    rounding = models.CharField(max_length=8, default="floor")
    days_per_level = models.PositiveSmallIntegerField()
    designed_at = models.DateTimeField()
    opens_at = models.DateTimeField()
    closes_at = models.DateTimeField()
    published_at = models.DateTimeField(null=True)
    published_by = models.BigIntegerField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(title=""), name="workshops_theme_has_title"),
            models.CheckConstraint(condition=Q(opens_at__lt=F("closes_at")), name="workshops_theme_opens_first"),
            models.CheckConstraint(
                condition=Q(ratio_max__isnull=True) | Q(ratio_max__gt=0, ratio_max__lte=1), name="workshops_theme_ratio"
            ),
            models.CheckConstraint(condition=Q(days_per_level__gte=1), name="workshops_theme_days"),
        ]
        indexes = [models.Index(fields=["space", "-closes_at"], name="workshops_theme_space")]

    def __str__(self) -> str:
        return self.title


class CaseRound(models.Model):
    """The choice among the cases of a theme at one workshop. `upper` is where its recommended ones go, null at the last (`is_final`).

    At the close `base` is fixed: all cases present, entered here or come from below (D-09); `places` is the share of it, null = no cap.
    `granted` is what the office above added as an exception. Never more than `places + granted` are recommended, whatever happens at once.

    What happens to a case after the close moves neither (C-41, D-09): hidden or deleted it stays in `base`, can be sent up and selected no
    more, and the place it used is free again only when it is taken back; brought back it may be chosen like the others. The next round
    counts, at its own close, what is public then. Its author cannot take it away until the theme is published (F-32).
    """

    theme = models.ForeignKey(CaseTheme, on_delete=models.PROTECT, related_name="+")
    space = models.ForeignKey(Space, on_delete=models.PROTECT, related_name="+")
    upper = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="+")
    level = models.CharField(max_length=4, choices=Level.choices, default="")
    is_final = models.BooleanField(default=False)
    ratio_max = models.DecimalField(max_digits=6, decimal_places=5, null=True)
    rounding = models.CharField(max_length=8, default="floor")
    closes_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)
    base = models.PositiveIntegerField(null=True)
    places = models.PositiveIntegerField(null=True)
    granted = models.PositiveIntegerField(default=0)
    recommended = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["theme", "space", "is_final"], name="workshops_round_once"),
            models.CheckConstraint(
                condition=Q(closed_at__isnull=True, base__isnull=True, places__isnull=True, recommended=0)
                | Q(closed_at__isnull=False, base__isnull=False),
                name="workshops_round_base_at_close",
            ),
            models.CheckConstraint(
                condition=Q(places__isnull=True) | Q(recommended__lte=F("places") + F("granted")), name="workshops_round_within_places"
            ),
            models.CheckConstraint(
                condition=Q(places__isnull=True)
                | (Q(rounding="floor") & Q(places__lte=F("ratio_max") * F("base")))
                | (~Q(rounding="floor") & Q(places__lt=F("ratio_max") * F("base") + 1)),
                name="workshops_round_places_are_the_share",
            ),
            models.CheckConstraint(condition=Q(is_final=True) | Q(upper__isnull=False), name="workshops_round_leads_up"),
            models.CheckConstraint(condition=Q(is_final=False) | Q(recommended=0, upper__isnull=True), name="workshops_round_last"),
        ]
        indexes = [
            models.Index(fields=["closes_at"], name="workshops_round_due", condition=Q(closed_at__isnull=True)),
            models.Index(fields=["space"], name="workshops_round_space"),
            models.Index(fields=["upper"], name="workshops_round_upper"),
        ]

    @property
    def left(self) -> int | None:
        """How many may still be recommended; None = no cap, or not closed yet."""
        return None if self.places is None else self.places + self.granted - self.recommended

    @property
    def is_closed(self) -> bool:
        return self.closed_at is not None


class CaseState(models.TextChoices):
    """How far a case has come. `recommended` at least one level up; `selected` at the last."""

    SUBMITTED = "submitted", "已提交"
    WITHDRAWN = "withdrawn", "已撤回"
    RECOMMENDED = "recommended", "已推荐"
    SELECTED = "selected", "入选"


CASE_TRANSITIONS = {
    CaseState.SUBMITTED: (CaseState.WITHDRAWN, CaseState.RECOMMENDED, CaseState.SELECTED),
    CaseState.WITHDRAWN: (),
    CaseState.RECOMMENDED: (CaseState.SUBMITTED, CaseState.SELECTED),
    CaseState.SELECTED: (CaseState.SUBMITTED, CaseState.RECOMMENDED),
}


class CaseEntry(models.Model):
    """A case entered for a theme; its words stand in the post. `entered` is the round it was entered in, `round` where it stands now.

    `unit` is where its author worked then: colleagues do not judge it.
    """

    post = models.OneToOneField(Post, on_delete=models.PROTECT, related_name="+")
    theme = models.ForeignKey(CaseTheme, on_delete=models.PROTECT, related_name="+")
    entered = models.ForeignKey(CaseRound, on_delete=models.PROTECT, related_name="+")
    round = models.ForeignKey(CaseRound, on_delete=models.PROTECT, related_name="+")
    author = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    unit = models.ForeignKey(Org, on_delete=models.PROTECT, null=True, related_name="+")
    state = models.CharField(max_length=12, choices=CaseState.choices, default=CaseState.SUBMITTED)
    submitted_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(state="withdrawn", withdrawn_at__isnull=False) | (~Q(state="withdrawn") & Q(withdrawn_at__isnull=True)),
                name="workshops_case_withdrawn_when",
            ),
        ]
        indexes = [
            models.Index(fields=["author", "theme"], name="workshops_case_author"),
            models.Index(fields=["round"], name="workshops_case_round"),
            models.Index(fields=["theme", "state"], name="workshops_case_theme"),
        ]


class CasePresence(models.Model):
    """A case is present in a round: entered there, or recommended from below. `recommended_at`: when this round sent it up."""

    round = models.ForeignKey(CaseRound, on_delete=models.PROTECT, related_name="+")
    entry = models.ForeignKey(CaseEntry, on_delete=models.PROTECT, related_name="+")
    arrived_at = models.DateTimeField()
    recommended_at = models.DateTimeField(null=True)
    recommended_by = models.BigIntegerField(null=True)
    recommended_label = models.CharField(max_length=120, default="")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["round", "entry"], name="workshops_presence_once")]
        indexes = [models.Index(fields=["entry"], name="workshops_presence_entry")]


class CaseVote(models.Model):
    """What a judge gave a case in a round, without knowing whose it is: points of a hundred, and words for the others who choose."""

    round = models.ForeignKey(CaseRound, on_delete=models.PROTECT, related_name="+")
    entry = models.ForeignKey(CaseEntry, on_delete=models.PROTECT, related_name="+")
    judge = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    score = models.PositiveSmallIntegerField()
    words = models.CharField(max_length=500, default="")
    voted_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["round", "entry", "judge"], name="workshops_vote_once"),
            models.CheckConstraint(condition=Q(score__gte=1, score__lte=MOST_SCORE), name="workshops_vote_score"),
        ]


class CaseConflict(models.Model):
    """A judge keeps out of the cases of somebody near to her (回避), named beforehand by herself or by the others who choose.

    The own cases and those of the own school are kept out without being named.
    """

    theme = models.ForeignKey(CaseTheme, on_delete=models.PROTECT, related_name="+")
    judge = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    reason = models.CharField(max_length=120)
    declared_at = models.DateTimeField()
    declared_by = models.BigIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["theme", "judge", "person"], name="workshops_conflict_once"),
            models.CheckConstraint(condition=~Q(reason=""), name="workshops_conflict_has_reason"),
        ]


class CaseException(models.Model):
    """Places that the office above added to a round, with its reason (D-08). Never taken out of sight."""

    round = models.ForeignKey(CaseRound, on_delete=models.PROTECT, related_name="+")
    extra = models.PositiveSmallIntegerField()
    reason = models.CharField(max_length=200)
    granted_at = models.DateTimeField()
    granted_by = models.BigIntegerField(null=True)
    granted_label = models.CharField(max_length=120)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(extra__gte=1) & ~Q(reason=""), name="workshops_exception_says_why"),
        ]
        indexes = [models.Index(fields=["round"], name="workshops_exception_round")]


class CaseSelection(models.Model):
    """A case chosen at the last round, with the words it is shown with; on the shelf once its theme is published."""

    entry = models.OneToOneField(CaseEntry, on_delete=models.PROTECT, related_name="+")
    round = models.ForeignKey(CaseRound, on_delete=models.PROTECT, related_name="+")
    words = models.CharField(max_length=300, default="")
    selected_at = models.DateTimeField()
    selected_by = models.BigIntegerField(null=True)
    selected_label = models.CharField(max_length=120)

    class Meta:
        indexes = [models.Index(fields=["round"], name="workshops_selection_round")]
