"""Resources in a space: shared by members, pushed to members by hosts, and who has opened them (S-31, S-44)."""

from django.db import models

from yanxiu.catalogue.models import Resource
from yanxiu.people.models import Person
from yanxiu.workshops.models.posts import Post


class Share(models.Model):
    """The resource that a post of the kind `share` brings into its space; its words, replies and moderation are the post's.

    `pushed_at`: a host puts it before all members; then `must_read` says that he waits for them to open it, and `push_record_id` is the
    record by which it counts. `taken_back_at` ends that.
    """

    post = models.OneToOneField(Post, on_delete=models.CASCADE, primary_key=True, related_name="+")
    resource = models.ForeignKey(Resource, on_delete=models.PROTECT, related_name="+")
    pushed_at = models.DateTimeField(null=True)
    pushed_by = models.BigIntegerField(null=True)
    must_read = models.BooleanField(default=False)
    push_record_id = models.BigIntegerField(null=True)
    taken_back_at = models.DateTimeField(null=True)
    reminded_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(pushed_at__isnull=True, must_read=False, push_record_id__isnull=True, taken_back_at__isnull=True)
                | models.Q(pushed_at__isnull=False),
                name="workshops_share_pushed_when",
            ),
        ]
        indexes = [models.Index(fields=["resource"], name="workshops_share_resource")]


class ShareReceipt(models.Model):
    """A member has opened a shared resource; once."""

    share = models.ForeignKey(Share, on_delete=models.CASCADE, related_name="+")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    opened_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["share", "person"], name="workshops_share_receipt_once")]
        indexes = [models.Index(fields=["person"], name="workshops_share_receipt_person")]
