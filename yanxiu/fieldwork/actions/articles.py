"""The life of an article: saved while it is written, handed in, taken back, accepted or returned by the school."""

from datetime import datetime
from typing import IO

from django.db import transaction
from django.utils.translation import gettext as _

from yanxiu.fieldwork import permissions
from yanxiu.fieldwork.events import ArticleEvent, FieldEvent
from yanxiu.fieldwork.models import Article, ArticleState
from yanxiu.fieldwork.queries.articles import slot_of
from yanxiu.files import actions as files
from yanxiu.files.kinds import Kind
from yanxiu.files.models import StoredFile
from yanxiu.integrity import actions as integrity
from yanxiu.kit import rich_text, sql
from yanxiu.kit.actor import Actor
from yanxiu.kit.components.wording import titled
from yanxiu.kit.errors import Conflict, DomainError, Invalid
from yanxiu.kit.text import characters, plain
from yanxiu.programmes.models import Enrolment
from yanxiu.records.actions import record

MOST = 50_000


@transaction.atomic
def begin_article(*, enrolment: Enrolment, slot: str, by: Actor, at: datetime) -> Article:
    """Begin an article for a slot ("" = a free one); the one that is there is returned. Raises NotPermitted, Conflict, Invalid."""
    permissions.check_can_write_article(by, enrolment)
    if slot and slot_of(enrolment, slot) is None:
        raise Invalid(_("方案里没有这一份材料，请从列出的里面选。"), field="slot")
    known = Article.objects.filter(enrolment=enrolment, slot=slot).first() if slot else None
    if known is not None:
        return known
    article = Article(enrolment=enrolment, unit_path=enrolment.person.unit_path or enrolment.unit_path, slot=slot, saved_at=at)
    sql.save_or_raise(article, {"fieldwork_article_slot_once": Conflict(_("这一份刚刚开始写，请刷新后接着写。"))})
    return article


@transaction.atomic
def save_article(
    *, article: Article, title: str, source: str, by: Actor, at: datetime, content: IO[bytes] | None = None, name: str = ""
) -> Article:
    """Keep what is written, whole or not, and a file where one comes. Not a record: a draft saves itself many times.

    Raises NotPermitted, Conflict once it is handed in, Invalid when it is too long or the file cannot be used.
    """
    permissions.check_can_write_article(by, article.enrolment, article)
    article = _locked(article)
    source = plain(source)
    if len(source) > MOST:
        raise Invalid(_("正文最多 %(most)s 个字，现在 %(n)s 个，请删短或作为附件交。") % {"most": MOST, "n": len(source)}, field="source")
    if content is not None:
        article.file = _stored(content, name, by=by, at=at)
    article.title, article.source, article.body = plain(title)[:120], source, rich_text.from_source(source)
    article.characters, article.saved_at = characters(source), at
    article.save(update_fields=["file", "title", "source", "body", "characters", "saved_at"])
    return article


@transaction.atomic
def submit_article(*, article: Article, by: Actor, at: datetime) -> Article:
    """Hand an article in; the school confirms it. Raises NotPermitted, Conflict, Invalid with what is missing (C-55, C-56)."""
    permissions.check_can_write_article(by, article.enrolment, article)
    article = _locked(article)
    _check_whole(article)
    found = integrity.screen([article.title, article.source], fields=["title", "source"], path=article.unit_path, at=at)
    if found.texts != (article.title, article.source):
        article.title, article.source = found.texts
        article.body = rich_text.from_source(article.source)
    article.state, article.submitted_at, article.decided_at, article.decided_by = ArticleState.SUBMITTED, at, None, None
    article.save(update_fields=["state", "submitted_at", "decided_at", "decided_by", "title", "source", "body"])
    thing = integrity.Thing(
        object_type="article", object_id=article.pk, title=article.title, snapshot=article.source, person_id=article.enrolment.person_id,
        unit_path=article.unit_path, programme_id=article.enrolment.programme_id,
    )  # fmt: skip
    integrity.flag(found, thing=thing, at=at)
    _record(ArticleEvent.SUBMITTED, article, by=by, at=at)
    return article


@transaction.atomic
def take_back_article(*, article: Article, by: Actor, at: datetime) -> Article:
    """Take an article back while the school has not decided. Raises NotPermitted, Conflict."""
    permissions.check_can_write_article(by, article.enrolment)
    article = _locked(article)
    if article.state != ArticleState.SUBMITTED:
        raise Conflict(_("只有等学校确认的才能撤回，这一篇现在是“%(state)s”。") % {"state": ArticleState(article.state).label})
    article.state = ArticleState.DRAFT
    article.save(update_fields=["state"])
    _record(ArticleEvent.TAKEN_BACK, article, by=by, at=at)
    return article


@transaction.atomic
def accept_article(*, article: Article, by: Actor, at: datetime) -> Article:
    """Confirm an article: it counts as material of its slot. Raises NotFound, NotPermitted, Conflict."""
    article = _waiting(article, by)
    article.state, article.decided_at, article.decided_by, article.opinion = ArticleState.ACCEPTED, at, by.person_id, ""
    article.save(update_fields=["state", "decided_at", "decided_by", "opinion"])
    _record(FieldEvent.MATERIAL_ACCEPTED, article, by=by, at=at)
    return article


@transaction.atomic
def return_article(*, article: Article, opinion: str, by: Actor, at: datetime) -> Article:
    """Send an article back with what is to be mended. Raises NotFound, NotPermitted, Invalid, Conflict."""
    article = _waiting(article, by)
    opinion = plain(opinion).strip()
    if not 2 <= len(opinion) <= 300:
        raise Invalid(_("请写明要补什么、改什么，2—300 个字，老师会看到。"), field="opinion")
    article.state, article.decided_at, article.decided_by, article.opinion = ArticleState.RETURNED, at, by.person_id, opinion
    article.save(update_fields=["state", "decided_at", "decided_by", "opinion"])
    _record(ArticleEvent.RETURNED, article, by=by, at=at)
    return article


def _check_whole(article: Article) -> None:
    if len(article.title.strip()) < 2:
        raise Invalid(_("请写题目，2—120 个字。"), field="title")
    slot = slot_of(article.enrolment, article.slot) if article.slot else None
    least = slot.least if slot else 0
    if article.characters < least:
        words = {"label": slot.label if slot else "", "least": least, "n": article.characters}
        raise Invalid(_("%(label)s不少于 %(least)s 字，标点和空格不算，现在 %(n)s 字。") % words, field="source")
    if not article.characters and article.file_id is None:
        raise Invalid(_("写正文或传一个附件，两样都没有不能交。"), field="source")
    if slot is not None and slot.twin:
        twin = Article.objects.filter(enrolment=article.enrolment, slot=slot.twin).exclude(title="").first()
        if twin is not None and twin.title.strip() != article.title.strip():
            raise Invalid(_("要和教案是同一节课：教案的题目是%(title)s，请改成一样的。") % {"title": titled(twin.title)}, field="title")


def _waiting(article: Article, by: Actor) -> Article:
    permissions.check_can_confirm_article(by, article)
    found = _locked(article)
    if found.state != ArticleState.SUBMITTED:
        raise Conflict(_("%(title)s%(state)s，不再等确认。") % {"title": titled(found.title), "state": ArticleState(found.state).label})
    return found


def _locked(article: Article) -> Article:
    rows = Article.objects.select_for_update(of=("self",), no_key=True).select_related("enrolment__person", "enrolment__programme", "file")
    return rows.get(pk=article.pk)


def _stored(content: IO[bytes], name: str, *, by: Actor, at: datetime) -> StoredFile:
    try:
        return files.store(content=content, name=name, kind=Kind.ATTACHMENT, by=by, at=at)
    except DomainError as error:
        error.field = "file"
        raise


def _record(event: ArticleEvent | FieldEvent, article: Article, *, by: Actor, at: datetime) -> None:
    record(
        event, object_id=article.pk, object_label=article.title, person_id=article.enrolment.person_id, kind=article.slot,
        programme_id=article.enrolment.programme_id, unit_path=article.unit_path, by=by, at=at,
        data={"characters": article.characters},
    )  # fmt: skip
