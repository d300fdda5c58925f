"""Mentions, pictures and words of posts for tests."""

from datetime import datetime

from tests.files import factories as files
from tests.workshops.factories import AT
from yanxiu.kit import search
from yanxiu.people.models import Person
from yanxiu.workshops.models import Mention, Post, PostImage, PostWords


def mention(one: Post, person: Person, *, at: datetime = AT) -> Mention:
    return Mention.objects.create(post=one, person=person, named_at=at)


def post_image(one: Post, *, position: int = 1, alt: str = "板书") -> PostImage:
    file = files.stored_row(name="板书.jpg", media_type="image/jpeg", kind="image", seconds=0)
    return PostImage.objects.create(post=one, file=file, position=position, alt=alt)


def post_words(one: Post) -> PostWords:
    """The words of a post as the worker lays them down."""
    return PostWords.objects.create(
        post=one, space_id=one.space_id, published_at=one.published_at or AT, dictionary=search.DICTIONARY,
        words=search.vector([(one.title, "A"), (one.source, "C")]),
    )  # fmt: skip
