"""Who may read, write and confirm what teachers hand in. Every check has its queryset twin; a property test keeps them equal."""

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from yanxiu.fieldwork.models import Article, ArticleState
from yanxiu.fieldwork.permissions.lessons import CONFIRM, VIEW
from yanxiu.kit.actor import Actor
from yanxiu.kit.errors import Conflict, NotFound, NotPermitted
from yanxiu.programmes.models import Enrolment, EnrolmentState, ProgrammeState

_OPEN = (ArticleState.DRAFT, ArticleState.RETURNED)


def visible_articles(actor: Actor) -> QuerySet[Article]:
    """Return the own articles and, drafts left out, those of the scope."""
    found = Q(enrolment__person_id=actor.person_id) if actor.person_id is not None else Q(pk__in=[])
    for path in actor.paths(VIEW):
        found |= Q(unit_path__startswith=path) & ~Q(state=ArticleState.DRAFT)
    return Article.objects.filter(found)


def check_can_see_article(actor: Actor, article: Article) -> None:
    """Raise NotFound unless it is one's own, or handed in inside the scope."""
    is_own = actor.person_id is not None and actor.person_id == article.enrolment.person_id
    if not is_own and (article.state == ArticleState.DRAFT or not actor.may(VIEW, path=article.unit_path)):
        raise NotFound(_("没有找到这篇文章，或不在您当前身份的范围里。"))


def check_can_write_article(actor: Actor, enrolment: Enrolment, article: Article | None = None) -> None:
    """Raise unless it is the participant, in a running programme, and the article is a draft or came back."""
    if actor.person_id is None or actor.person_id != enrolment.person_id:
        raise NotPermitted(_("文章由老师本人写。"))
    if enrolment.state != EnrolmentState.ACTIVE or enrolment.programme.state != ProgrammeState.RUNNING:
        raise Conflict(_("%(title)s已结束或您已报删，不再收文章。") % {"title": enrolment.programme.title})
    if article is not None and article.state not in _OPEN:
        raise Conflict(_("这篇已经交了，等学校确认。要改，请先撤回。"))


def check_can_confirm_article(actor: Actor, article: Article) -> None:
    """Raise unless the actor confirms for the school, and never an own article (four eyes)."""
    check_can_see_article(actor, article)
    if not actor.may(CONFIRM, path=article.unit_path):
        raise NotPermitted(_("文章由老师所在学校的管理员确认。"))
    if actor.person_id is not None and actor.person_id == article.enrolment.person_id:
        raise NotPermitted(_("自己的文章不能自己确认，请另一位管理员或上级办理。"))
