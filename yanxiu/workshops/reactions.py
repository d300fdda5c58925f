"""What workshops do because of plans that were published below them, and because of what was written."""

from django.db.models import Q

from yanxiu.catalogue.models import ResourceFile
from yanxiu.files import actions as files
from yanxiu.files.models import StoredFile
from yanxiu.kit.actor import SYSTEM
from yanxiu.programmes.events import ProgrammeEvent
from yanxiu.programmes.models import Programme, ProgrammeState
from yanxiu.records.models import Record
from yanxiu.records.reactions import reacts_to
from yanxiu.workshops import actions
from yanxiu.workshops.events import ActivityEvent, CaseEvent, PostEvent, ProblemEvent, SpaceEvent
from yanxiu.workshops.models import Post, PostImage, PostKind, PostState, Share, Space, SpaceDocument


@reacts_to(ProgrammeEvent.PUBLISHED)
def open_spaces(record: Record) -> None:
    """A published plan gets the spaces it asks for."""
    programme = Programme.objects.select_related("owner").filter(pk=record.programme_id or 0, state=ProgrammeState.RUNNING).first()
    if programme is not None:
        actions.open_spaces(programme=programme, by=SYSTEM, at=record.at)
        actions.seat_by_roster(programme=programme, by=SYSTEM, at=record.at)


@reacts_to(
    PostEvent.DISCUSSION_OPENED, PostEvent.DISCUSSION_REPLIED, PostEvent.BRIEFING_REPLIED, PostEvent.ARTICLE_PUBLISHED, PostEvent.ASKED,
    PostEvent.ANSWERED, PostEvent.ANSWER_ADDED, PostEvent.CORRECTED, PostEvent.HIDDEN, PostEvent.WITHDRAWN, PostEvent.RESTORED,
    PostEvent.HELD, PostEvent.RETURNED, PostEvent.DELETED, PostEvent.LOG_PUBLISHED, CaseEvent.SUBMITTED, ProblemEvent.HANDED_IN,
    ActivityEvent.POSTED, ActivityEvent.SOLVED,
)  # fmt: skip
def compare_posts(record: Record) -> None:
    """Words came, changed, went or came back: they are compared, or taken out of the index."""
    post = Post.objects.select_related("parent").filter(pk=int(record.data.get("post") or record.object_id)).first()
    if post is not None:
        actions.compare_post(post=post, by=SYSTEM, at=record.at)


@reacts_to(
    PostEvent.DISCUSSION_OPENED, PostEvent.DISCUSSION_REPLIED, PostEvent.BRIEFING_REPLIED, PostEvent.ASKED, PostEvent.ANSWERED,
    PostEvent.ANSWER_ADDED, PostEvent.HIDDEN, PostEvent.WITHDRAWN, PostEvent.RESTORED, PostEvent.HELD, PostEvent.RETURNED,
    PostEvent.DELETED,
)  # fmt: skip
def follow_posts(record: Record) -> None:
    """A host of the workshop above said something in this one, or a summary went out of sight: what counts by it follows."""
    found = Post.objects.select_related("space__parent").filter(pk=int(record.data.get("post") or record.object_id)).first()
    if found is not None:
        actions.note_words(post=found, by=SYSTEM, at=record.at)
        actions.keep_follow_count(summary=found, by=SYSTEM, at=record.at)


@reacts_to(
    PostEvent.DISCUSSION_OPENED, PostEvent.DISCUSSION_REPLIED, PostEvent.BRIEFING_PUBLISHED, PostEvent.BRIEFING_REPLIED,
    PostEvent.ARTICLE_PUBLISHED, PostEvent.GUIDE_PUBLISHED, PostEvent.ANNOUNCED, PostEvent.LOG_PUBLISHED, PostEvent.OPENED, PostEvent.ASKED,
    PostEvent.ANSWERED, PostEvent.ANSWER_ADDED, PostEvent.CORRECTED, PostEvent.HIDDEN, PostEvent.WITHDRAWN, PostEvent.RESTORED,
    PostEvent.DELETED, PostEvent.RETURNED, ActivityEvent.STARTED, ActivityEvent.STARTED_ACROSS, ActivityEvent.POSTED, ActivityEvent.SOLVED,
)  # fmt: skip
def find_posts(record: Record) -> None:
    """Words came, changed, went or came back: posts are found by those that are public now."""
    post = Post.objects.filter(pk=int(record.data.get("post") or record.object_id)).first()
    if post is not None:
        actions.index_words(posts=[post], by=SYSTEM, at=record.at)


@reacts_to(PostEvent.HIDDEN, PostEvent.WITHDRAWN)
def uncount_push(record: Record) -> None:
    """A pushed resource that nobody can open any more was not pushed."""
    post = Post.objects.filter(pk=int(record.data.get("post") or record.object_id), kind=PostKind.SHARE).first()
    if post is not None:
        actions.uncount_push(post=post, reason=str(record.data.get("reason", "")), by=SYSTEM, at=record.at)


@reacts_to(PostEvent.HIDDEN, PostEvent.WITHDRAWN, PostEvent.HELD, PostEvent.RETURNED, PostEvent.DELETED)
def end_links(record: Record) -> None:
    """A post went out of sight: links to its pictures, to those below it and to what it shares end, not only the page that shows them."""
    gone = Post.objects.filter(Q(pk=int(record.object_id)) | Q(parent=int(record.object_id)))
    gone = gone.filter(~Q(state=PostState.PUBLISHED) | Q(parent__isnull=False) & ~Q(parent__state=PostState.PUBLISHED))
    pictures = PostImage.objects.filter(post__in=gone).values("file")
    shared = ResourceFile.objects.filter(version__resource__in=Share.objects.filter(post__in=gone).values("resource")).values("file")
    ended = list(StoredFile.objects.filter(Q(pk__in=pictures) | Q(pk__in=shared)).order_by("pk"))
    files.end_links(files=ended, number=record.pk, by=SYSTEM, at=record.at)


@reacts_to(SpaceEvent.ARRANGED)
def end_links_of_document(record: Record) -> None:
    """A version of a document was hidden: links to its file end."""
    before = record.data.get("before")
    hidden = SpaceDocument.objects.filter(pk=int(before.get("document", 0)) if isinstance(before, dict) else 0, hidden_at__isnull=False)
    ended = list(StoredFile.objects.filter(pk__in=hidden.values("file")).order_by("pk"))
    files.end_links(files=ended, number=record.pk, by=SYSTEM, at=record.at)


@reacts_to(SpaceEvent.OPENED)
def ask_late_workshops(record: Record) -> None:
    """A workshop was opened in a tree while cases are asked for: it takes part."""
    space = Space.objects.select_related("org", "parent").filter(pk=int(record.object_id)).first()
    if space is not None:
        actions.lay_late_rounds(space=space, by=SYSTEM, at=record.at)
