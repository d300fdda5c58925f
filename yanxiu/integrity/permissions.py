"""Who sees signals and inquiries, who opens, answers and decides. Nobody in an own matter; the system in none."""

from collections.abc import Collection
from functools import reduce
from operator import or_

from django.db.models import BigIntegerField, Exists, OuterRef, Q, QuerySet
from django.db.models.fields.json import KeyTextTransform, KeyTransform
from django.db.models.functions import Cast
from django.utils.translation import gettext as _

from yanxiu.access.permissions import Permission
from yanxiu.integrity.models import IndexedText, Inquiry, Likeness, Measure, MeasureAppeal, PublicText, Signal, SignalKind, WordPack
from yanxiu.integrity.similarity import sources
from yanxiu.kit.actor import Actor
from yanxiu.kit.errors import NotFound, NotPermitted
from yanxiu.kit.rules import check_may, holds
from yanxiu.orgs.models import Org
from yanxiu.people.models import Person

VIEW, INQUIRE, HEAR = Permission.INTEGRITY_VIEW, Permission.INTEGRITY_INQUIRE, Permission.INTEGRITY_HEAR
KEEP_TEXTS = Permission.INTEGRITY_KEEP_TEXTS
OPERATE = Permission.PORTAL_OPERATE


def visible_signals(actor: Actor) -> QuerySet[Signal]:
    """Return the signals about people of the actor's scope, never those about the actor, nor those that tell whose a sealed text is."""
    found = Signal.objects.filter(_under(actor)).exclude(_of_sealed(actor))
    return found if actor.person_id is None else found.exclude(person_id=actor.person_id)


def check_can_see_signal(actor: Actor, signal: Signal) -> None:
    """Raise NotFound unless the signal is about somebody else, of the actor's scope, and of no sealed text. Cost: one query at most."""
    is_sealed = signal.kind == SignalKind.ALIKE_TEXT and Signal.objects.filter(_of_sealed(actor), pk=signal.pk).exists()
    if _is_own(actor, signal.person_id) or not actor.may(VIEW, path=signal.unit_path) or is_sealed:
        raise NotFound(_("没有找到这条线索，或不在您当前身份的范围里。"))


def visible_inquiries(actor: Actor) -> QuerySet[Inquiry]:
    """Return the inquiries into people of the scope; one into oneself once one was asked, whatever the hat."""
    if actor.person_id is None:
        return Inquiry.objects.filter(_under(actor))
    own = Q(person_id=actor.person_id)
    return Inquiry.objects.filter((_under(actor) & ~own) | (own & Q(asked_at__isnull=False)))


def check_can_see_inquiry(actor: Actor, inquiry: Inquiry) -> None:
    """Raise NotFound unless the inquiry is in the actor's scope, or is about the actor, who was asked."""
    if _is_own(actor, inquiry.person_id):
        if inquiry.asked_at is not None:
            return
    elif actor.may(VIEW, path=inquiry.unit_path):
        return
    raise NotFound(_("没有找到这件核查，或不在您当前身份的范围里。"))


def check_is_system(actor: Actor) -> None:
    """Raise unless it is the platform that notices."""
    if not actor.is_system:
        raise NotPermitted(_("线索由后台汇集，不能手工添加。"))


def check_can_index(actor: Actor, person_id: int) -> None:
    """Raise unless the text is the actor's own, or the platform keeps it."""
    if not actor.is_system and not _is_own(actor, person_id):
        raise NotPermitted(_("文字由写的人自己交，别人不能代交。"))


def visible_texts(actor: Actor) -> QuerySet[IndexedText]:
    """Return the texts that the actor may read in a comparison: never an own one.

    Whoever reads the object itself (as its marker, tutor or fellow) reads its text; an office reads what was noticed in its scope, and
    what that was like; but nobody one that is sealed, being judged without its author's name.
    """
    noticed = Q(is_noticed=True) | Q(Exists(Likeness.objects.filter(other=OuterRef("pk"), text__is_noticed=True)))
    seen: list[Q] = [_under(actor) & noticed]
    seen += [Q(object_type=one.object_type, object_id__in=one.visible(actor)) for one in sources()]
    found = IndexedText.objects.filter(reduce(or_, seen)).exclude(_sealed(actor))
    return found if actor.person_id is None else found.exclude(person_id=actor.person_id)


def visible_public_texts(actor: Actor) -> QuerySet[PublicText]:
    """Return the public texts of the actor's units, of all under them and of those above."""
    paths = actor.paths(VIEW)
    above = {part for path in paths for part in path.strip("/").split("/") if part}
    found = reduce(or_, (Q(org__path__startswith=path) for path in paths), Q(org__in=[int(part) for part in above]))
    return PublicText.objects.filter(found, removed_at__isnull=True)


def kept_public_texts(actor: Actor) -> QuerySet[PublicText]:
    """Return the public texts that the actor keeps, removed ones too."""
    return PublicText.objects.filter(reduce(or_, (Q(org__path__startswith=path) for path in actor.paths(KEEP_TEXTS)), Q(pk__in=[])))


def check_can_keep_texts(actor: Actor, org: Org) -> None:
    """Raise NotPermitted unless the actor keeps the public texts of the unit."""
    check_may(actor, KEEP_TEXTS, _("公共文本和提示线由县级及以上的管理员维护。"), path=org.path)


def check_can_keep_words(actor: Actor, org: Org) -> None:
    """Raise NotPermitted unless the actor keeps the packs of words of the unit, and is a person."""
    if actor.person_id is None:
        raise NotPermitted(_("词库由人维护。"))
    check_may(actor, KEEP_TEXTS, _("敏感词库由县级及以上的管理员维护，上级的词库由上级改。"), path=org.path)


def check_can_keep_default(actor: Actor) -> None:
    """Raise NotPermitted unless the actor runs the platform, whose own pack holds everywhere."""
    if actor.person_id is None or not actor.may(OPERATE):
        raise NotPermitted(_("平台词库由运维人员维护。单位要多管的词，写进本单位的词库。"))


def visible_packs(actor: Actor) -> QuerySet[WordPack]:
    """Return the packs that hold in the actor's units: those of all above and of all under them. The platform's own for all who see any."""
    paths = actor.paths(VIEW)
    if not paths:
        return WordPack.objects.filter(is_default=True) if actor.may(OPERATE) else WordPack.objects.none()
    above = {int(part) for path in paths for part in path.strip("/").split("/") if part}
    found = reduce(or_, (Q(org__path__startswith=path) for path in paths), Q(org__in=above) | Q(is_default=True))
    return WordPack.objects.filter(found)


def may_keep_pack(actor: Actor, pack: WordPack) -> bool:
    """Tell whether the actor may write a pack anew. No query when `org` is loaded."""
    return holds(check_can_keep_default, actor) if pack.is_default else holds(check_can_keep_words, actor, pack.org)


def check_can_report(actor: Actor, person_id: int | None) -> None:
    """Raise unless a person reports what somebody else wrote; that she may see it the caller has asked."""
    if actor.person_id is None:
        raise NotPermitted(_("举报由登录的本人提出。"))
    if _is_own(actor, person_id or 0):
        raise NotPermitted(_("自己的发言不用举报，可以直接撤回。"))


def check_can_act_against(actor: Actor, person_id: int | None) -> None:
    """Raise unless a person acts about somebody else; who keeps order where it stands the caller has asked."""
    if actor.person_id is None or person_id is None:
        raise NotPermitted(_("这件事由登录的本人办理，对象要是具体的人。"))
    if _is_own(actor, person_id):
        raise NotPermitted(_("自己的事由别人处理；对自己的处理不服，可以申诉。"))


def check_can_appeal_measure(actor: Actor, measure: Measure) -> None:
    """Raise unless the measure is about the actor."""
    _check_appeals(actor, measure.person_id)


def check_can_rule_on(actor: Actor, appeal: MeasureAppeal) -> None:
    """Raise unless the actor acts for the next office up, or one above it, and neither took the measure nor is concerned."""
    _check_hears(actor, appeal.measure.appeal_seat, person_id=appeal.measure.person_id, took_part=(appeal.against,))


def check_can_dismiss(actor: Actor, person: Person) -> None:
    """Raise unless the actor may set aside signals about the person."""
    check_can_open(actor, person)


def check_can_open(actor: Actor, person: Person) -> None:
    """Raise unless the actor is a person of an office above the unit where the other works."""
    if actor.is_system:
        raise NotPermitted(_("立案由人决定，后台只汇集线索。"))
    if _is_own(actor, person.pk):
        raise NotPermitted(_("自己的事由别人核查，不能自己处理。"))
    if not person.unit_path or not actor.may(VIEW, path=person.unit_path):
        raise NotFound(_("没有找到这位教师，或不在您当前身份的范围里。"))
    if not office_path(actor, person.unit_path):
        raise NotPermitted(_("立案和处置由教师所在单位的上一级管理员办理，学校可以写学校说明。"))


def check_can_ask(actor: Actor, inquiry: Inquiry) -> None:
    """Raise unless the actor acts for the office that opened the inquiry."""
    _check_seat(actor, inquiry, _("这件核查由%(seat)s办理。") % {"seat": inquiry.seat.name})


def check_can_answer(actor: Actor, inquiry: Inquiry) -> None:
    """Raise unless it is about the actor."""
    check_can_see_inquiry(actor, inquiry)
    if not _is_own(actor, inquiry.person_id):
        raise NotPermitted(_("说明由本人写，别人不能代写。学校可以另写学校说明。"))


def check_can_comment(actor: Actor, inquiry: Inquiry) -> None:
    """Raise unless the actor speaks for the teacher's school: it sees the inquiry and does not inquire itself."""
    check_can_see_inquiry(actor, inquiry)
    schools = [grant for grant in actor.grants if VIEW in grant.permissions and INQUIRE not in grant.permissions]
    if _is_own(actor, inquiry.person_id) or not any(inquiry.unit_path.startswith(grant.path) for grant in schools):
        raise NotPermitted(_("学校说明由学校管理员写，本人写本人的说明。"))


def check_can_decide(actor: Actor, inquiry: Inquiry) -> None:
    """Raise unless the actor, a person, acts for the office whose matter it is."""
    _check_seat(actor, inquiry, _("这件核查由%(seat)s决定。") % {"seat": inquiry.seat.name})


def check_can_appeal(actor: Actor, inquiry: Inquiry) -> None:
    """Raise unless it is about the actor."""
    check_can_see_inquiry(actor, inquiry)
    _check_appeals(actor, inquiry.person_id)


def check_can_hear(actor: Actor, inquiry: Inquiry, *, decided_by: int) -> None:
    """Raise unless the actor acts for the next office up, or one above it, and has not decided or opened the inquiry."""
    check_can_see_inquiry(actor, inquiry)
    _check_hears(actor, inquiry.appeal_seat, person_id=inquiry.person_id, took_part=(decided_by, inquiry.opened_by))


def office_path(actor: Actor, unit_path: str) -> str:
    """Return the path of the lowest office above a unit for which the actor may inquire, "" for none. No query."""
    paths = [grant.path for grant in actor.grants if INQUIRE in grant.permissions and unit_path.startswith(grant.path)]
    return max((path for path in paths if path != unit_path), key=len, default="")


def _sealed(actor: Actor) -> Q:
    """Texts whose authors are not told to the actor now: see `Source.sealed`."""
    apart = (Q(object_type=one.object_type, object_id__in=one.sealed(actor)) for one in sources() if one.sealed is not None)
    return reduce(or_, apart, Q(pk__in=[]))


def _of_sealed(actor: Actor) -> Q:
    """Signals about such texts: the likeness with its author's name would tell whose the text is."""
    text = Cast(KeyTextTransform("text", KeyTransform("figures", OuterRef("facts"))), BigIntegerField())
    return Q(kind=SignalKind.ALIKE_TEXT) & Q(Exists(IndexedText.objects.filter(_sealed(actor), pk=text)))


def _check_seat(actor: Actor, inquiry: Inquiry, reason: str) -> None:
    check_can_see_inquiry(actor, inquiry)
    acts = any(INQUIRE in grant.permissions and grant.path == inquiry.seat.path for grant in actor.grants)
    if actor.is_system or _is_own(actor, inquiry.person_id) or not acts:
        raise NotPermitted(reason)


def _check_appeals(actor: Actor, person_id: int) -> None:
    if not _is_own(actor, person_id):
        raise NotPermitted(_("申诉由本人提出，别人不能代办。"))


def _check_hears(actor: Actor, seat: Org, *, person_id: int, took_part: Collection[int]) -> None:
    """Whoever hears an appeal acts for the office that hears it, or one above; not the one concerned, nor one who took part (D-26)."""
    if actor.person_id is None or actor.person_id == person_id:
        raise NotPermitted(_("申诉由上一级的人决定。"))
    check_may(actor, HEAR, _("这件申诉由%(seat)s决定。") % {"seat": seat.name}, path=seat.path)
    if actor.person_id in took_part:
        raise NotPermitted(_("原来经办的人不能再决定申诉，请另一位管理员办理。"))


def _is_own(actor: Actor, person_id: int) -> bool:
    return actor.person_id is not None and actor.person_id == person_id


def _under(actor: Actor) -> Q:
    return reduce(or_, (Q(unit_path__startswith=path) for path in actor.paths(VIEW)), Q(pk__in=[]))
