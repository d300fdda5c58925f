"""What the review chain knows of resources: what its page shows, and what follows a decision."""

from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from yanxiu.approvals.matters import Beside, Detail, Matter, Paper
from yanxiu.approvals.models import Chain, ChainState
from yanxiu.catalogue.actions import shelves
from yanxiu.catalogue.models import QuotaPlace, ResourceFile, Shelving
from yanxiu.catalogue.permissions import SHELVE
from yanxiu.catalogue.queries.resources import Attached, form_of
from yanxiu.catalogue.shelving import CHAIN
from yanxiu.files.queries import link
from yanxiu.kit.actor import Actor
from yanxiu.kit.components.items import Effect

_ICONS = {"film": "video", "sound": "sound", "document": "document", "picture": "image", "file": "archive"}


def _detail(chain: Chain, actor: Actor, at: datetime) -> Detail:
    """Cost: 3 queries."""
    shelving = Shelving.objects.select_related("resource", "org", "from_unit").get(pk=chain.object_id)
    resource, version = shelving.resource, shelving.asked_version or shelving.version or shelving.resource.version
    files = ResourceFile.objects.filter(version__resource=resource, version__number=version).select_related("file").order_by("number")
    page = reverse("catalogue:resource", args=[resource.pk]) + f"?version={version}"
    words = {"kind": resource.kind, "version": version, "origin": resource.get_originality_display()}
    papers = [Paper(title=resource.title, note=_("%(kind)s，第 %(version)s 版，%(origin)s") % words, url=page, icon="book")]
    for row in files:
        attached = Attached(row=row, form=form_of(row.file))
        address = link(row.file, person_id=actor.person_id or 0, at=at)
        papers.append(Paper(title=row.file.name, note=attached.note, url=address, icon=_ICONS[attached.form]))
    effects = [Effect(label=_("%(org)s资源库") % {"org": shelving.org.name}, now=_("不在库"), then=_("在库，下面的老师都能用"), tone="ok")]
    for place in QuotaPlace.objects.filter(shelving=shelving).select_related("use__quota", "use__unit"):
        use = place.use
        label = _("%(unit)s的%(kind)s名额") % {"unit": use.unit.name, "kind": use.quota.kind or _("推优")}
        most = use.at_most if use.at_most is not None else "∞"
        effects.append(Effect(label=label, now=_("占 %(taken)s / %(most)s") % {"taken": use.taken, "most": most}, then=_("照占；退回就还")))
    note = _("同意前，别的老师看不到这一版。") if chain.state == ChainState.OPEN else ""
    return Detail(reason=shelving.words, papers=papers, effects=effects, note=note)


MATTER = Matter(
    kind=CHAIN,
    zh=gettext_lazy("资源入库"),
    approve=gettext_lazy("同意入库"),
    phrases=(
        gettext_lazy("内容完整，同意入库"),
        gettext_lazy("质量好，值得推广"),
        gettext_lazy("缺教学反思，请补上再送"),
        gettext_lazy("引用没有写出处，请补上"),
    ),
    detail=_detail,
    decided=shelves.decided,
    ended=shelves.ended,
    reopened=shelves.reopened,
)
LIBRARY = Beside(
    zh=gettext_lazy("资源库"), address=lambda: reverse("catalogue:library"), admits=lambda actor: actor.may(SHELVE), count=lambda _actor: 0
)
