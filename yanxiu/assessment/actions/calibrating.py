"""Pieces of known marks (定标样篇): an expert puts them, reviewers judge them first."""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from yanxiu.assessment import permissions
from yanxiu.assessment.actions.marking import judged, kept_comment
from yanxiu.assessment.actions.peers import asked_of
from yanxiu.assessment.events import PeerEvent
from yanxiu.assessment.models import CalibrationPiece
from yanxiu.catalogue import content
from yanxiu.catalogue.models import Step
from yanxiu.kit.actor import Actor
from yanxiu.kit.errors import Conflict, Invalid
from yanxiu.kit.sql import save_or_raise
from yanxiu.kit.text import plain
from yanxiu.programmes.models import Programme
from yanxiu.records.actions import record

MOST_CHARACTERS = 20_000


@transaction.atomic
def add_calibration_piece(
    *, programme: Programme, step: Step, text: str, levels: Mapping[str, int], score: Decimal | None = None, comment: str, by: Actor,
    at: datetime,
) -> CalibrationPiece:  # fmt: skip
    """Put a piece with the expert's marks and why. Raises NotFound, Invalid with the place, Conflict. Cost: 5 queries."""
    permissions.check_can_lead_peers(by, programme)
    asked_of(step)
    words, why = plain(text), kept_comment(comment, field="comment")
    if not words or len(words) > MOST_CHARACTERS:
        raise Invalid(_("样篇要有正文，最多 %(most)s 字；请先隐去姓名和单位。") % {"most": MOST_CHARACTERS}, field="text")
    if not why:
        raise Invalid(_("写明为什么这样给分，试评的老师靠它校准。"), field="comment")
    rubric, kept, points = judged(content.read(step.content, content.Homework), score, levels)
    last: int = CalibrationPiece.objects.filter(programme=programme, step=step).aggregate(last=Max("number"))["last"] or 0
    piece = CalibrationPiece(
        programme=programme, step=step, number=last + 1, text=words, rubric=rubric, levels=kept, score=points, comment=why, made_at=at,
        made_by=by.person_id,
    )  # fmt: skip
    save_or_raise(piece, {"assessment_calibration_number_once": Conflict(_("另一篇样篇刚刚放上，请看过后再放。"))})
    _record(PeerEvent.PIECE_ADDED, piece, by=by, at=at)
    return piece


@transaction.atomic
def remove_calibration_piece(*, piece: CalibrationPiece, by: Actor, at: datetime) -> CalibrationPiece:
    """Take a piece away; what was judged by it stays. Raises NotFound, Conflict when it is gone. Cost: 3 queries."""
    permissions.check_can_lead_peers(by, piece.programme)
    if not CalibrationPiece.objects.filter(pk=piece.pk, removed_at__isnull=True).update(removed_at=at):
        raise Conflict(_("这篇样篇已经撤下了。"))
    piece.removed_at = at
    _record(PeerEvent.PIECE_REMOVED, piece, by=by, at=at)
    return piece


@transaction.atomic
def restore_calibration_piece(*, piece: CalibrationPiece, by: Actor, at: datetime) -> CalibrationPiece:
    """Put a piece that was taken away back. Raises NotFound, Conflict when it is there. Cost: 3 queries."""
    permissions.check_can_lead_peers(by, piece.programme)
    if not CalibrationPiece.objects.filter(pk=piece.pk, removed_at__isnull=False).update(removed_at=None):
        raise Conflict(_("这篇样篇没有撤下。"))
    piece.removed_at = None
    _record(PeerEvent.PIECE_ADDED, piece, by=by, at=at)
    return piece


def _record(event: PeerEvent, piece: CalibrationPiece, *, by: Actor, at: datetime) -> None:
    facts = {"number": piece.number}
    record(event, object_id=piece.pk, object_label=piece.step.title, programme_id=piece.programme_id, data=facts, by=by, at=at)
