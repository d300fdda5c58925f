"""A workshop that is talked in: a hundred discussions, one with nine replies. Laid before measuring, taken away afterwards."""

import contextlib
from collections.abc import Iterator
from datetime import datetime, timedelta

from yanxiu.people.models import Person
from yanxiu.workshops.models import Post, PostKind, PostState, Space

THREADS = 100
PARTS = 10
_WORDS = (
    "课堂上的追问怎样问到学生心里：先等三秒，再请两位同学补充，最后由学生自己归纳。这一轮大家各交一个片段，标出追问的位置和学生的原话。"
)


@contextlib.contextmanager
def talked(space: Space, author: Person, *, at: datetime) -> Iterator[Post]:
    """Lay the discussions into the workshop; yield the one with replies, the first in the list. Nothing is recorded or counted."""
    laid: list[int] = []
    try:
        threads = Post.objects.bulk_create(
            [_post(space, author, at - timedelta(minutes=number), title=f"测量用的第 {number + 1} 个研讨") for number in range(THREADS)]
        )
        laid += [one.pk for one in threads]
        parts = Post.objects.bulk_create(
            [_post(space, author, at + timedelta(minutes=number), parent=threads[0]) for number in range(1, PARTS)]
        )
        laid += [one.pk for one in parts]
        yield threads[0]
    finally:
        Post.objects.filter(pk__in=laid, parent__isnull=False).delete()
        Post.objects.filter(pk__in=laid).delete()


def _post(space: Space, author: Person, at: datetime, *, title: str = "", parent: Post | None = None) -> Post:
    return Post(
        space=space, kind=PostKind.REPLY if parent else PostKind.DISCUSSION, parent=parent, title=title, source=_WORDS,
        body=f"<p>{_WORDS}</p>", author=author, author_label=author.name, state=PostState.PUBLISHED, created_at=at, saved_at=at,
        published_at=at, active_at=at,
    )  # fmt: skip
