"""Drafts of every form."""

from django.db import models

from yanxiu.people.models import Person

PAGE = ""
"""Under which of its fields a draft holds the page that wrote it: no field of a form has an empty name."""
LONGEST_CHOICE = 12


class Draft(models.Model):
    """What somebody has typed and not sent. `key`: what it is written for, once a person; `place` says it in words, `address` is the page.

    `title` and `source` are the fields of these names; `fields` holds the others as they were sent, and under "" which page wrote them.
    `told_at`: when its owner was told that it will go. A discarded one can be put back for a while.
    """

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+")
    key = models.CharField(max_length=120)
    place = models.CharField(max_length=200)
    address = models.CharField(max_length=300)
    title = models.CharField(max_length=200, default="")
    source = models.TextField(default="")
    fields = models.JSONField(default=dict)
    saved_at = models.DateTimeField()
    told_at = models.DateTimeField(null=True)
    discarded_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["person", "key"], name="drafts_draft_once"),
            models.CheckConstraint(
                condition=models.Q(address__startswith="/") & ~models.Q(address__startswith="//"), name="drafts_draft_address_is_ours"
            ),
        ]
        indexes = [
            models.Index(fields=["person", "-saved_at", "-id"], name="drafts_draft_of_person"),
            models.Index(fields=["saved_at"], name="drafts_draft_age"),
        ]

    def __str__(self) -> str:
        return self.title or self.place

    @property
    def words(self) -> str:
        """What its longest field begins with, for lists."""
        return max((str(value).strip() for value in (self.source, *self.sent.values())), key=len)[:200]

    @property
    def page(self) -> str:
        """Which page wrote it last, "" for none that is known."""
        return str(self.fields.get(PAGE, ""))

    @property
    def sent(self) -> dict[str, object]:
        """The fields besides title and source."""
        return {name: value for name, value in self.fields.items() if name != PAGE}

    @property
    def texts(self) -> list[str]:
        """What was typed, to be read beside another draft: the title, the source, and what else is longer than a choice."""
        others = [str(value).strip() for value in self.sent.values() if len(str(value).strip()) > LONGEST_CHOICE]
        return [text for text in (self.title.strip(), self.source.strip(), *others) if text]

    @property
    def initial(self) -> dict[str, object]:
        """All fields as a form takes them."""
        return {**self.sent, "title": self.title, "source": self.source}
