"""Resources in spaces, for tests."""

from tests.catalogue import resource_factories as resources
from tests.workshops.factories import AT
from yanxiu.catalogue.models import Resource
from yanxiu.people.models import Person
from yanxiu.workshops.models import Post, Share, ShareReceipt


def share(post: Post, *, resource: Resource | None = None, **facts) -> Share:
    """The resource that a post brings into its space."""
    return Share.objects.create(post=post, resource=resource or resources.resource(), **facts)


def share_receipt(shared: Share, person: Person) -> ShareReceipt:
    """A member has opened it."""
    return ShareReceipt.objects.create(share=shared, person=person, opened_at=AT)
