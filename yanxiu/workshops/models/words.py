"""What belongs to the words of posts: whom they name, their pictures, by what they are found."""

from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.db.models.functions import Now

from yanxiu.files.models import StoredFile
from yanxiu.people.models import Person
from yanxiu.workshops.models.posts import Post
from yanxiu.workshops.models.spaces import Space


class Mention(models.Model):
    """A post names somebody inside (`@姓名`); once each."""

    post = models.ForeignKey(Post, on_delete=models.CASCADE, related_name="+")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    named_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["post", "person"], name="workshops_mention_once")]
        indexes = [models.Index(fields=["person", "-named_at"], name="workshops_mention_person")]


class PostImage(models.Model):
    """A picture of a post, drawn anew when it came in (no EXIF left), served from the second origin; `alt` says what is on it."""

    post = models.ForeignKey(Post, on_delete=models.CASCADE, related_name="+")
    file = models.OneToOneField(StoredFile, on_delete=models.PROTECT, related_name="+")
    position = models.PositiveSmallIntegerField()
    alt = models.CharField(max_length=120)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["post", "position"], name="workshops_image_position"),
            models.CheckConstraint(condition=models.Q(position__gte=1, position__lte=9) & ~models.Q(alt=""), name="workshops_image_said"),
        ]

    def __str__(self) -> str:
        return self.alt


class PostWords(models.Model):
    """By what a public post is found: its words as `kit.search` cuts them; `dictionary` is the version of the cutting.

    Derived; whether it may be found is asked of the post itself, always.
    """

    post = models.OneToOneField(Post, on_delete=models.CASCADE, primary_key=True, related_name="+")
    space = models.ForeignKey(Space, on_delete=models.CASCADE, related_name="+")
    published_at = models.DateTimeField()
    words = SearchVectorField()
    dictionary = models.CharField(max_length=40)
    indexed_at = models.DateTimeField(db_default=Now())

    class Meta:
        indexes = [
            GinIndex(fields=["words"], name="workshops_words_found"),
            models.Index(fields=["space", "-published_at", "-post"], name="workshops_words_of_space"),
            models.Index(fields=["-published_at", "-post"], name="workshops_words_newest"),
        ]
