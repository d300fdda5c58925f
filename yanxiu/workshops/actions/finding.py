"""Keeping the words by which posts are found."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import Q

from yanxiu.kit import search
from yanxiu.kit.actor import Actor
from yanxiu.workshops import permissions
from yanxiu.workshops.models import Post, PostState, PostWords

CHUNK = 500


@transaction.atomic
def index_words(*, posts: Sequence[Post], by: Actor, at: datetime) -> int:
    """Make the words of public posts anew and forget those of others; return how many are kept. Twice is once. System only.

    Raises NotPermitted. Cost: 2 queries whatever the number, 1 ms each.
    """
    permissions.check_is_system(by)
    rows = [
        PostWords(
            post_id=one.pk, space_id=one.space_id, published_at=one.published_at, dictionary=search.DICTIONARY, indexed_at=at,
            words=search.vector([(one.title, "A"), (one.source, "C"), (one.author_label, "D")]),
        )
        for one in posts
        if one.state == PostState.PUBLISHED and one.published_at is not None
    ]  # fmt: skip
    PostWords.objects.filter(post__in=[one.pk for one in posts if one.state != PostState.PUBLISHED]).delete()
    changed = ["space", "published_at", "words", "dictionary", "indexed_at"]
    PostWords.objects.bulk_create(rows, update_conflicts=True, unique_fields=["post"], update_fields=changed)
    return len(rows)


def index_left_words(*, by: Actor, at: datetime, most: int = 20_000) -> int:
    """Index public posts that have no words, or those of an older dictionary; return how many. System only. Raises NotPermitted."""
    permissions.check_is_system(by)
    current = PostWords.objects.filter(dictionary=search.DICTIONARY).values("post")
    left = list(Post.objects.filter(~Q(pk__in=current), state=PostState.PUBLISHED).order_by("-pk").values_list("pk", flat=True)[:most])
    done = 0
    for start in range(0, len(left), CHUNK):
        done += index_words(posts=list(Post.objects.filter(pk__in=left[start : start + CHUNK]).order_by("pk")), by=by, at=at)
    return done
