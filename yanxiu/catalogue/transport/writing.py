"""A course as one file, streamed: nothing of it lies on a disk in between."""

import hashlib
import io
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

import msgspec
from django.utils.translation import gettext as _

from yanxiu.catalogue import content as contents
from yanxiu.catalogue import rubrics
from yanxiu.catalogue.content import CaseStudy, Discussion, Homework, ImageSet, Offline, Package, Text
from yanxiu.catalogue.models import Course, LessonCase, Module, Step
from yanxiu.catalogue.models import Package as StoredPackage
from yanxiu.catalogue.transport.shape import (
    FORMAT,
    MANIFEST,
    VERSION,
    CaseSign,
    CourseFile,
    Facts,
    Member,
    ModulePlan,
    RubricSign,
    StepPlan,
)
from yanxiu.files import queries as stored
from yanxiu.files.models import StoredFile
from yanxiu.kit import clock, rich_text
from yanxiu.kit.errors import Conflict

T = TypeVar("T", bound=msgspec.Struct)
CHUNK_BYTES = 256 * 1024
SOURCES: dict[type, str] = {Text: "source", Homework: "task", Discussion: "prompt", Offline: "task"}


@dataclass(frozen=True, kw_only=True)
class Packed:
    """A course file that can be written: what it says, and where its members lie."""

    file: CourseFile
    members: Sequence[StoredFile]

    @property
    def size_bytes(self) -> int:
        """The bytes of all members."""
        return sum(member.size_bytes for member in self.members)


def pack(course: Course, *, at: datetime) -> Packed:
    """Gather what a course is made of. Raises Conflict, naming the step, when a file is not there any more. Cost: 4 to 6 queries."""
    modules = list(Module.objects.filter(course_id=course.pk).order_by("number", "pk"))
    steps = list(Step.objects.filter(course_id=course.pk).select_related("media", "captions", "poster").order_by("number", "pk"))
    gathered = _Gathered(course, steps)
    numbers = {module.pk: number for number, module in enumerate(modules, start=1)}
    plans = tuple(gathered.plan(step, module=numbers.get(step.module_id or 0, 0)) for step in steps)
    file = CourseFile(
        format=FORMAT,
        version=VERSION,
        made_at=at.isoformat(timespec="seconds"),
        made_by=course.owner.name,
        facts=_struct(course, Facts),
        modules=tuple(_struct(module, ModulePlan) for module in modules),
        steps=plans,
        files=tuple(Member(name=one.name, kind=one.kind, size=one.size_bytes, sha256=one.sha256) for one in gathered.files),
        cases=tuple(_struct(case, CaseSign) for case in gathered.cases),
        rubrics=tuple(gathered.rubrics),
    )
    return Packed(file=file, members=gathered.files)


def write(packed: Packed, *, at: datetime) -> Iterator[bytes]:
    """Yield the bytes of the course file. No query. Raises OSError when a member changed on the disk meanwhile: half a file is no file."""
    pipe = _Pipe()
    moment = clock.local(at).timetuple()[:6]
    with zipfile.ZipFile(pipe, "w", zipfile.ZIP_STORED, allowZip64=True) as archive:
        head = zipfile.ZipInfo(MANIFEST, moment)
        head.compress_type = zipfile.ZIP_DEFLATED
        archive.writestr(head, msgspec.json.encode(packed.file))
        for number, member in enumerate(packed.members, start=1):
            yield from _copied(archive, zipfile.ZipInfo(member_name(number), moment), member, pipe)
    yield pipe.taken()


def member_name(number: int) -> str:
    """Return where the nth file lies in the archive."""
    return f"media/{number:04}"


class _Pipe(io.RawIOBase):
    """What the zip is written into, and taken from as it grows."""

    def __init__(self) -> None:
        super().__init__()
        self._parts: list[bytes] = []

    def writable(self) -> bool:
        return True

    def write(self, data: object) -> int:
        part = bytes(memoryview(data))  # type: ignore[arg-type]  # whatever the zip writer hands over is a buffer
        self._parts.append(part)
        return len(part)

    def taken(self) -> bytes:
        parts, self._parts = self._parts, []
        return b"".join(parts)


def _copied(archive: zipfile.ZipFile, info: zipfile.ZipInfo, member: StoredFile, pipe: _Pipe) -> Iterator[bytes]:
    digest = hashlib.sha256()
    with stored.path(member).open("rb") as source, archive.open(info, "w", force_zip64=True) as target:
        while chunk := source.read(CHUNK_BYTES):
            digest.update(chunk)
            target.write(chunk)
            yield pipe.taken()
    if digest.hexdigest() != member.sha256:
        raise OSError(f"file {member.pk} is not what was stored")


class _Gathered:
    """The files, cases and rubrics of steps, each once, numbered from 1 as they come."""

    def __init__(self, course: Course, steps: Sequence[Step]) -> None:
        read = {step.pk: contents.read(step.content, contents.TYPES[step.kind]) for step in steps}
        pictures = [picture.file_id for one in read.values() if isinstance(one, ImageSet) for picture in one.pictures]
        packages = [one.package_id for one in read.values() if isinstance(one, Package)]
        cases = [one.case_id for one in read.values() if isinstance(one, CaseStudy)]
        self._read = read
        self._pictures = StoredFile.objects.in_bulk(pictures) if pictures else {}
        self._packages = StoredPackage.objects.select_related("file").in_bulk(packages) if packages else {}
        self._cases = LessonCase.objects.in_bulk(cases) if cases else {}
        asked = [one.rubric_id for one in read.values() if isinstance(one, Homework) and one.rubric_id is not None]
        self._rubrics = rubrics.known(course.owner, asked)
        self._places: dict[int, int] = {}
        self._case_places: dict[int, int] = {}
        self.files: list[StoredFile] = []
        self.cases: list[LessonCase] = []
        self.rubrics: list[RubricSign] = []

    def plan(self, step: Step, *, module: int) -> StepPlan:
        """Return the step as it travels."""
        return StepPlan(
            kind=str(step.kind),
            title=step.title,
            content=contents.write(self._carried(step, self._read[step.pk])),
            module=module,
            media=self._number(step, step.media) if step.media_id else 0,
            captions=self._number(step, step.captions) if step.captions_id else 0,
            poster=self._number(step, step.poster) if step.poster_id else 0,
        )

    def _carried(self, step: Step, content: contents.Content) -> contents.Content:
        if isinstance(content, ImageSet):
            pictures = tuple(
                msgspec.structs.replace(one, file_id=self._number(step, self._pictures.get(one.file_id))) for one in content.pictures
            )
            return msgspec.structs.replace(content, pictures=pictures)
        if isinstance(content, Package):
            package = self._packages.get(content.package_id)
            return msgspec.structs.replace(content, package_id=self._number(step, package.file if package else None))
        if isinstance(content, CaseStudy):
            return msgspec.structs.replace(content, case_id=self._case_number(step, content.case_id))
        if isinstance(content, Homework):
            content = msgspec.structs.replace(content, rubric_id=self._rubric_number(content.rubric_id))
        name = SOURCES.get(type(content), "")
        source = str(getattr(content, name)) if name else ""
        return msgspec.structs.replace(content, **{name: rich_text.clean(source)}) if rich_text.is_html(source) else content

    def _number(self, step: Step, file: StoredFile | None) -> int:
        if file is None or file.deleted_at is not None or not stored.path(file).is_file():
            words = {"number": step.number, "title": step.title}
            raise Conflict(_("第 %(number)s 个环节“%(title)s”的文件不在了，导不出来。请先在编写页重新上传它。") % words)
        if file.pk not in self._places:
            self.files.append(file)
            self._places[file.pk] = len(self.files)
        return self._places[file.pk]

    def _case_number(self, step: Step, case_id: int) -> int:
        case = self._cases.get(case_id)
        if case is None:
            words = {"number": step.number, "title": step.title}
            raise Conflict(_("第 %(number)s 个环节“%(title)s”的课例不在了，导不出来。请先在编写页另选一节。") % words)
        if case.pk not in self._case_places:
            self.cases.append(case)
            self._case_places[case.pk] = len(self.cases)
        return self._case_places[case.pk]

    def _rubric_number(self, rubric_id: int | None) -> int | None:
        """The number of a rubric; None where there is none, and for one that this installation does not have any more."""
        found = self._rubrics.get(rubric_id or 0)
        if found is None:
            return None
        sign = RubricSign(title=found.title, sign=found.sign)
        if sign not in self.rubrics:
            self.rubrics.append(sign)
        return self.rubrics.index(sign) + 1


def _struct(row: object, kind: type[T]) -> T:
    """Return the fields of a row that travel; lists become tuples."""
    return msgspec.convert({name: getattr(row, name) for name in kind.__struct_fields__}, kind)
