"""The centre's side of teaching points: who studies there, the package that goes, the study that comes back."""

import hashlib
from datetime import datetime, timedelta
from pathlib import Path

import msgspec
from django.conf import settings
from django.db import transaction
from django.db.models import Max

from yanxiu.kit.actor import Actor
from yanxiu.kit.clock import local
from yanxiu.kit.errors import Conflict
from yanxiu.learning import permissions
from yanxiu.learning.events import PointEvent
from yanxiu.learning.models import PackageState, PointPackage, PointSync
from yanxiu.learning.points import bundle, inside, keys, package, rows, taking
from yanxiu.learning.points.facts import Facts, gather
from yanxiu.orgs.models import Org
from yanxiu.programmes.models import Enrolment, Programme, ProgrammeState
from yanxiu.records.actions import record

SKEW = timedelta(seconds=2)
SUFFIX = ".yanxiu-point"


def folder() -> Path:
    """Return where packages lie until they are taken along."""
    return Path(settings.DATA) / "points"


def path(made: PointPackage) -> Path:
    """Return the file of a package that is ready."""
    return folder() / f"{made.storage_name}{SUFFIX}"


@transaction.atomic
def ask_package(*, programme: Programme, point: Org, by: Actor, at: datetime) -> PointPackage:
    """Have a course package made for a point, in the background. One is made at a time.

    Raises NotPermitted; Conflict when the programme does not run, nobody studies at the point, or one is being made.
    """
    permissions.check_can_supply(by, programme, point)
    programme = Programme.objects.select_for_update(of=("self",), no_key=True).get(pk=programme.pk)
    if programme.state != ProgrammeState.RUNNING:
        raise Conflict(f"{programme.title}不在进行中，不能打课程包。")
    if not Enrolment.objects.filter(programme=programme, point=point, state="active").exists():
        raise Conflict(f"还没有教师分到{point.name}。请先在上面选学校，分到这个教学点。")
    theirs = PointPackage.objects.filter(programme=programme, point=point)
    if theirs.filter(state=PackageState.MAKING, asked_at__gt=at - timedelta(hours=6)).exists():
        raise Conflict(f"{point.name}的课程包正在打，过几分钟刷新再看。")
    number = (theirs.aggregate(last=Max("number"))["last"] or 0) + 1
    made = PointPackage.objects.create(programme=programme, point=point, number=number, asked_at=at, asked_by=by.person_id)
    record(
        PointEvent.PACKAGE_ASKED, object_id=made.pk, object_label=_label(made), programme_id=programme.pk, unit_path=point.path,
        by=by, at=at,
    )  # fmt: skip
    return made


def make_package(*, made: PointPackage, by: Actor, at: datetime) -> PointPackage:
    """Write the file of a package that was asked for; idempotent. A failure is kept in words. For the system only."""
    permissions.check_can_sweep(by)
    if made.state == PackageState.READY:
        return made
    about = rows.chosen(made.point, made.programme)
    folder().mkdir(parents=True, exist_ok=True, mode=0o700)
    name = hashlib.sha256(f"{made.pk} {keys.opening_code(made.pk)}".encode()).hexdigest()[:32]
    target = folder() / f"{name}{SUFFIX}"
    draft = target.with_suffix(".part")
    try:
        sealed = package.seal(inside.gathered(about, package_id=made.pk), code=keys.opening_code(made.pk), package=made.pk)
        with draft.open("wb") as file:
            package.write(file, manifest=_manifest(made, at=at), sealed=sealed, media=rows.bytes_of(about))
    except OSError as error:
        draft.unlink(missing_ok=True)
        return _fail(made, f"没有写成：{error.strerror}。请运维看磁盘空间，再打一次。")
    draft.chmod(0o600)
    draft.replace(target)
    return _ready(made, about, target, name, by=by, at=at)


@transaction.atomic
def show_codes(*, made: PointPackage, by: Actor, at: datetime) -> None:
    """Note that somebody looked at the codes of a package. Raises NotPermitted."""
    permissions.check_can_supply(by, made.programme, made.point)
    record(
        PointEvent.PACKAGE_SHOWN, object_id=made.pk, object_label=_label(made), programme_id=made.programme_id, unit_path=made.point.path,
        by=by, at=at,
    )  # fmt: skip


@transaction.atomic
def receive_bundle(*, raw: bytes, is_live: bool, by: Actor, at: datetime) -> tuple[PointSync, bytes]:
    """Take up the study of a point; return what came of it and the reply for the point. The same bundle twice counts once.

    `is_live`: it came straight over the line, so a clock that is wrong at the point is seen and set right. Raises BadBundle,
    NotPermitted (a person without the point in reach), Conflict.
    """
    made = PointPackage.objects.select_related("point", "programme").filter(pk=bundle.package_of(raw)).first()
    if made is None:
        raise bundle.BadBundle("没有这个教学点的课程包，同步文件没有收。请确认交到了发课程包的单位。")
    came = bundle.opened(raw, key=keys.of_sync(made.pk))
    if not is_live:
        permissions.check_can_supply(by, made.programme, made.point)
    Programme.objects.select_for_update(of=("self",), no_key=True).get(pk=made.programme_id)
    digest = hashlib.sha256(raw).hexdigest()
    known = PointSync.objects.filter(sha256=digest).first()
    if known is not None:
        return known, _reply(made, came, at=at)
    facts, remarks = _admissible(made, came, is_live=is_live, at=at)
    since = PointPackage.objects.filter(programme=made.programme_id, point=made.point_id).earliest("asked_at").asked_at
    taken = taking.take(facts, since=since, by=by, at=at)
    sync = PointSync.objects.create(
        package=made, sha256=digest, sealed_at=datetime.fromtimestamp(came.sealed_at, at.tzinfo), received_at=at, people=taken.people,
        seconds=taken.seconds, done=taken.done, remarks=[*remarks, *taken.remarks],
    )  # fmt: skip
    record(
        PointEvent.SYNCED, object_id=made.point_id, object_label=made.point.name, programme_id=made.programme_id,
        unit_path=made.point.path, by=by, at=at,
        data={"package": made.pk, "people": taken.people, "seconds": taken.seconds, "done": taken.done, "sha256": digest},
    )  # fmt: skip
    return sync, _reply(made, came, at=at)


def _admissible(made: PointPackage, came: bundle.Bundle, *, is_live: bool, at: datetime) -> tuple[Facts, list[str]]:
    """Return the facts that may count, in the centre's time, and sentences on the rest."""
    remarks: list[str] = []
    skew = at.timestamp() - came.sealed_at
    shift = 0.0
    if (is_live and abs(skew) > SKEW.total_seconds()) or skew < -SKEW.total_seconds():
        shift = skew
        word = "慢" if skew > 0 else "快"
        remarks.append(f"教学点的时钟{word}了 {abs(round(skew))} 秒，已按中心的时间换算。请在教学点校准时钟。")
    theirs = dict(Enrolment.objects.filter(programme=made.programme_id, point=made.point_id).order_by("pk").values_list("pk", "person_id"))
    last = PointSync.objects.filter(package__programme=made.programme_id, package__point=made.point_id).order_by("-sealed_at").first()
    watched = tuple(one for one in came.facts.watched if theirs.get(one.enrolment) == one.person)
    stretches = tuple(
        msgspec.structs.replace(one, started=one.started + shift, ended=one.ended + shift)
        for one in came.facts.stretches
        if theirs.get(one.enrolment) == one.person and (last is None or one.ended > last.sealed_at.timestamp())
    )
    finished = tuple(msgspec.structs.replace(one, at=one.at + shift) for one in came.facts.finished if one.enrolment in theirs)
    packages = tuple(
        msgspec.structs.replace(
            one, opened=one.opened + shift, runs=tuple(msgspec.structs.replace(run, saved=run.saved + shift) for run in one.runs)
        )
        for one in came.facts.packages
        if theirs.get(one.enrolment) == one.person
    )
    strangers = len(came.facts.watched) - len(watched)
    if strangers:
        remarks.append(f"有 {strangers} 条学习属于已不在这个教学点的教师，没有收。")
    return Facts(watched=watched, stretches=stretches, finished=finished, packages=packages), remarks


def _reply(made: PointPackage, came: bundle.Bundle, *, at: datetime) -> bytes:
    theirs = Enrolment.objects.filter(programme=made.programme_id, point=made.point_id, state="active").order_by("pk")
    facts = gather(theirs.values_list("pk", flat=True), with_stretches=False)
    return bundle.seal(facts, package=made.pk, sealed_at=at.timestamp(), answers=came.sealed_at, key=keys.of_sync(made.pk))


def _manifest(made: PointPackage, *, at: datetime) -> package.Manifest:
    return package.Manifest(
        format=package.FORMAT, version=package.VERSION, package=made.pk, number=made.number, point=made.point_id,
        point_name=made.point.name, programme=made.programme_id, title=made.programme.title, made_at=at.isoformat(),
        centre_url=settings.BASE_URL, centre_key=keys.public(), members=(),
    )  # fmt: skip


@transaction.atomic
def _ready(made: PointPackage, about: rows.Chosen, target: Path, name: str, *, by: Actor, at: datetime) -> PointPackage:
    with target.open("rb") as file:
        made.sha256 = hashlib.file_digest(file, "sha256").hexdigest()
    made.state, made.storage_name, made.size_bytes, made.ready_at = PackageState.READY, name, target.stat().st_size, at
    made.people, made.courses, made.reason = len(about.enrolments), len(about.courses), ""
    made.save(update_fields=["state", "reason", "storage_name", "size_bytes", "sha256", "people", "courses", "ready_at"])
    record(
        PointEvent.PACKAGE_MADE, object_id=made.pk, object_label=_label(made), programme_id=made.programme_id, unit_path=made.point.path,
        by=by, at=at, data={"bytes": made.size_bytes, "sha256": made.sha256, "people": made.people, "courses": made.courses},
    )  # fmt: skip
    return made


def _fail(made: PointPackage, reason: str) -> PointPackage:
    made.state, made.reason = PackageState.FAILED, reason
    made.save(update_fields=["state", "reason"])
    return made


def _label(made: PointPackage) -> str:
    return f"{made.point.name} 第 {made.number} 个课程包（{local(made.asked_at):%m-%d %H:%M}）"
