"""Ballots (投票与问卷, S-23): polls, votes, questionnaires, needs surveys; what is asked, who has answered, what was answered."""

import uuid

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from yanxiu.people.models import Person
from yanxiu.workshops.models.posts import Post


class BallotKind(models.TextChoices):
    """What is asked and why; a needs survey (000b L45) precedes the choice of topics."""

    POLL = "poll", _("小调查")
    VOTE = "vote", _("投票")
    QUESTIONNAIRE = "questionnaire", _("问卷")
    NEEDS = "needs", _("需求调研")


class BallotResults(models.TextChoices):
    """When those who may answer see the figures; hosts see them always."""

    ALWAYS = "always", _("随时可看")
    AFTER = "after", _("答完可看")
    CLOSED = "closed", _("截止后可看")
    HOSTS = "hosts", _("只给主持人看")


class Ballot(models.Model):
    """The facts of a ballot; its words and replies are those of the thread `post`. `closed_at`: closed before `closes_at` by a host.

    `about` is the thread that it belongs to (a practice problem), if any; `reminded_at`: when those who have not answered were reminded.
    """

    post = models.OneToOneField(Post, on_delete=models.CASCADE, related_name="+")
    kind = models.CharField(max_length=14, choices=BallotKind.choices)
    about = models.ForeignKey(Post, on_delete=models.SET_NULL, null=True, related_name="+")
    is_anonymous = models.BooleanField(default=False)
    results = models.CharField(max_length=8, choices=BallotResults.choices, default=BallotResults.AFTER)
    opens_at = models.DateTimeField()
    closes_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)
    reminded_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(closes_at__gt=models.F("opens_at")), name="workshops_ballot_closes_after"),
        ]
        indexes = [models.Index(fields=["closes_at"], name="workshops_ballot_when")]

    def __str__(self) -> str:
        return str(self.post_id)


class QuestionKind(models.TextChoices):
    """How a question is answered."""

    ONE = "one", _("单选")
    MANY = "many", _("多选")
    SCALE = "scale", _("五级评分")
    TEXT = "text", _("文字")


class BallotQuestion(models.Model):
    """A question of a ballot. `options` of a choice, `least` and `most` of them may be taken; a scale goes from 1 to 5."""

    ballot = models.ForeignKey(Ballot, on_delete=models.CASCADE, related_name="+")
    position = models.PositiveSmallIntegerField()
    kind = models.CharField(max_length=6, choices=QuestionKind.choices)
    title = models.CharField(max_length=200)
    options = ArrayField(models.CharField(max_length=120), default=list)
    least = models.PositiveSmallIntegerField(default=1)
    most = models.PositiveSmallIntegerField(default=1)
    is_required = models.BooleanField(default=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["ballot", "position"], name="workshops_ballot_question_once"),
            models.CheckConstraint(condition=~models.Q(title=""), name="workshops_ballot_question_title"),
            models.CheckConstraint(
                condition=models.Q(kind__in=["one", "many"], options__len__gte=2) | models.Q(kind__in=["scale", "text"], options__len=0),
                name="workshops_ballot_question_options",
            ),
            models.CheckConstraint(
                condition=models.Q(kind="many", least__gte=1, most__gte=models.F("least"))
                | (~models.Q(kind="many") & models.Q(least=1, most=1)),
                name="workshops_ballot_question_choices",
            ),
        ]

    def __str__(self) -> str:
        return self.title


class BallotTurnout(models.Model):
    """A person has answered a ballot; once. It says not when, and nothing leads from here to an anonymous answer."""

    ballot = models.ForeignKey(Ballot, on_delete=models.CASCADE, related_name="+")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    unit_path = models.CharField(max_length=200)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["ballot", "person"], name="workshops_turnout_once")]
        indexes = [models.Index(fields=["person"], name="workshops_turnout_person")]


class BallotReply(models.Model):
    """What was answered: `answers` by question id a list of positions (from 0), a number from 1 to 5, or words.

    The key is drawn at random. An anonymous one holds neither person nor time, and is written anew in random order with others of its
    ballot whenever one comes in, so that neither key nor place nor transaction tells whose it is.
    """

    key = models.UUIDField(primary_key=True, default=uuid.uuid4)
    ballot = models.ForeignKey(Ballot, on_delete=models.CASCADE, related_name="+")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    answers = models.JSONField(default=dict)
    replied_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["ballot", "person"], condition=models.Q(person__isnull=False), name="workshops_ballot_reply_once"
            ),
            models.CheckConstraint(
                condition=models.Q(person__isnull=True, replied_at__isnull=True) | models.Q(person__isnull=False, replied_at__isnull=False),
                name="workshops_ballot_reply_named_or_not",
            ),
        ]
        indexes = [models.Index(fields=["ballot"], name="workshops_ballot_replies")]
