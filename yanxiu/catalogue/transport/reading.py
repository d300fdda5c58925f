"""A course file judged before anything is taken from it (security UP-09): its bounds, its words, its members, its references."""

import hashlib
import re
import zipfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import msgspec

from yanxiu.catalogue import content as contents
from yanxiu.catalogue.content import CaseStudy, ImageSet, Package
from yanxiu.catalogue.models import StepKind
from yanxiu.catalogue.transport.shape import FORMAT, MANIFEST, VERSION, CourseFile, Member, StepPlan
from yanxiu.catalogue.transport.writing import SOURCES, member_name
from yanxiu.files.kinds import Kind, kind_of
from yanxiu.kit import archive as archives
from yanxiu.kit import rich_text
from yanxiu.kit.archive import BadArchive
from yanxiu.kit.errors import Invalid

MOST_MANIFEST_BYTES = 8 * 1024 * 1024
MOST_BYTES = Kind.BUNDLE.most_bytes
MOST_STEPS, MOST_MODULES, MOST_FILES, MOST_TITLE = 100, 30, 2_000, 120
CARRIED = (Kind.VIDEO, Kind.AUDIO, Kind.CAPTIONS, Kind.IMAGE, Kind.DOCUMENT, Kind.PACKAGE)
MEDIA: dict[str, tuple[Kind, ...]] = {
    StepKind.VIDEO: (Kind.VIDEO,),
    StepKind.AUDIO: (Kind.AUDIO, Kind.VIDEO),
    StepKind.DOCUMENT: (Kind.DOCUMENT,),
}
_SHA256 = re.compile(r"[0-9a-f]{64}")
_RUNS = re.compile(
    r"<\s*/?\s*(?:script|iframe|frame|object|embed|applet|form|meta|link|base|svg|math|style)\b"
    r"|<[^>]*\son[a-z]+\s*="
    r"|<[^>]*=\s*[\"']?\s*(?:javascript|vbscript)\s*:",
    re.IGNORECASE,
)


class BadCourseFile(Invalid):
    """The file is no course file, was changed on its way, or holds what may not come in. Nothing of it is kept."""

    code = "bad_course_file"

    def __init__(self, message: str) -> None:
        super().__init__(message, field="file")


class Bundle:
    """A course file whose words and list of members were found right; the bytes are judged as they are read."""

    def __init__(self, archive: zipfile.ZipFile, file: CourseFile, name: str) -> None:
        self._archive, self.file, self._name = archive, file, name

    def check_bytes(self) -> None:
        """Raise BadCourseFile unless every member is what the list says. Reads all bytes once."""
        for number in range(1, len(self.file.files) + 1):
            content = self.content(number)
            while content.read(archives.CHUNK):
                pass

    def content(self, number: int) -> "Content":
        """Return the bytes of the nth file, to be read once."""
        info = self._archive.getinfo(member_name(number))
        return Content(archives.unpacked(self._archive, info, member_name(number)), self.file.files[number - 1], self._name)


class Content:
    """The bytes of a member; reading to the end raises BadCourseFile when they are not those of the list."""

    def __init__(self, chunks: Iterator[bytes], member: Member, name: str) -> None:
        self._chunks, self._member, self._name = chunks, member, name
        self._digest, self._count, self._is_over = hashlib.sha256(), 0, False

    def read(self, size: int = -1) -> bytes:  # noqa: ARG002 - a chunk is what there is
        """Return the next bytes, b"" at the end."""
        if self._is_over:
            return b""
        try:
            chunk = next(self._chunks, b"")
        except BadArchive as error:
            raise BadCourseFile(f"《{self._name}》：{error}") from error
        self._digest.update(chunk)
        self._count += len(chunk)
        if not chunk:
            self._is_over = True
            if self._count != self._member.size or self._digest.hexdigest() != self._member.sha256:
                raise BadCourseFile(f"《{self._name}》里的“{self._member.name}”和清单对不上，没有导入。可能没有传完整，请重新导出一份。")
        return chunk


@contextmanager
def opened(source: Path, *, name: str) -> Iterator[Bundle]:
    """Open a course file. Raises BadCourseFile with what is wrong and how to mend it. No query, nothing is written."""
    try:
        archives.check_magic(source)
        with archives.opened(source) as archive:
            infos = archive.infolist()
            archives.check_claims(infos, most_bytes=MOST_BYTES)
            sizes = {entry.name: entry.info.file_size for entry in archives.entries(archive)}
            file = _manifest(archive, sizes, name)
            _check_members(file, sizes, name)
            _check_steps(file, name)
            yield Bundle(archive, file, name)
    except BadArchive as error:
        raise BadCourseFile(f"《{name}》：{error}") from error


def _manifest(archive: zipfile.ZipFile, sizes: dict[str, int], name: str) -> CourseFile:
    if not 0 < sizes.get(MANIFEST, 0) <= MOST_MANIFEST_BYTES:
        raise BadCourseFile(f"《{name}》不是课程文件：里面没有“{MANIFEST}”，或它太大。请用课程页的“导出课程”得到的文件。")
    raw = b"".join(archives.unpacked(archive, archive.getinfo(MANIFEST), MANIFEST))
    try:
        head = msgspec.json.decode(raw)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise BadCourseFile(f"《{name}》里的“{MANIFEST}”读不出来。请重新导出一份。") from error
    if not isinstance(head, dict) or head.get("format") != FORMAT:
        raise BadCourseFile(f"《{name}》不是课程文件。请用课程页的“导出课程”得到的文件。")
    if head.get("version") != VERSION:
        raise BadCourseFile(
            f"《{name}》是第 {str(head.get('version'))[:20]} 版的课程文件，这里认第 {VERSION} 版。请把两边的程序升级到同一版再导。"
        )
    try:
        return msgspec.json.decode(raw, type=CourseFile)
    except (msgspec.ValidationError, RecursionError) as error:
        raise BadCourseFile(f"《{name}》里有认不出的内容，没有导入：{error}。请重新导出一份。") from error


def _check_members(file: CourseFile, sizes: dict[str, int], name: str) -> None:
    listed = {MANIFEST: sizes[MANIFEST]} | {member_name(number): one.size for number, one in enumerate(file.files, start=1)}
    if listed != sizes or len(file.files) > MOST_FILES:
        raise BadCourseFile(f"《{name}》里的文件和清单对不上，没有导入。请重新导出一份。")
    for one in file.files:
        kind = kind_of(one.kind)
        if kind not in CARRIED or not _SHA256.fullmatch(one.sha256):
            raise BadCourseFile(f"《{name}》的清单里，“{one.name[:60]}”的种类“{one.kind[:20]}”或校验值认不出，没有导入。请重新导出一份。")


def _check_steps(file: CourseFile, name: str) -> None:
    if not file.steps or len(file.steps) > MOST_STEPS or len(file.modules) > MOST_MODULES:
        counts = f"{len(file.steps)} 个环节、{len(file.modules)} 个模块"
        raise BadCourseFile(f"《{name}》里有 {counts}，应有 1 到 {MOST_STEPS} 个环节、最多 {MOST_MODULES} 个模块。")
    titles = [file.facts.title, *(one.title for one in file.modules), *(one.title for one in file.steps)]
    if not file.facts.title.strip() or any(len(title) > MOST_TITLE for title in titles):
        raise BadCourseFile(f"《{name}》里的课程、模块或环节没有名称，或名称超过 {MOST_TITLE} 字，没有导入。请改好后重新导出。")
    used = {number for place, step in enumerate(file.steps, start=1) for number in _check_step(file, step, f"《{name}》第 {place} 个环节")}
    if used != set(range(1, len(file.files) + 1)):
        raise BadCourseFile(f"《{name}》里有环节用不到的文件，没有导入。请重新导出一份。")


def _check_step(file: CourseFile, step: StepPlan, place: str) -> list[int]:
    """Return the numbers of the files that the step uses."""
    place = f"{place}“{step.title[:40]}”"
    if step.kind not in contents.TYPES or not step.title.strip():
        raise BadCourseFile(f"{place}：没有名称，或不认得“{step.kind[:20]}”这种环节，没有导入。请把两边的程序升级到同一版再导。")
    content = read_content(step, place)
    if not 0 <= step.module <= len(file.modules) or bool(step.module) != bool(file.modules):
        raise BadCourseFile(f"{place}：指到了没有的模块，没有导入。请重新导出一份。")
    wanted = MEDIA.get(step.kind, ())
    if (
        bool(wanted) != bool(step.media)
        or (step.captions and step.kind not in (StepKind.VIDEO, StepKind.AUDIO))
        or (step.poster and step.kind != StepKind.VIDEO)
    ):
        raise BadCourseFile(f"{place}：该有的文件没有，或多了文件，没有导入。请重新导出一份。")
    used = [
        *_checked(file, [step.media], wanted, place),
        *_checked(file, [step.captions], (Kind.CAPTIONS,), place),
        *_checked(file, [step.poster], (Kind.IMAGE,), place),
    ]
    if isinstance(content, ImageSet):
        used += _checked(file, [one.file_id or -1 for one in content.pictures], (Kind.IMAGE,), place)
    if isinstance(content, Package):
        used += _checked(file, [content.package_id or -1], (Kind.PACKAGE,), place)
    if isinstance(content, CaseStudy) and not 1 <= content.case_id <= len(file.cases):
        raise BadCourseFile(f"{place}：指到了没有的课例，没有导入。请重新导出一份。")
    return used


def read_content(step: StepPlan, place: str) -> contents.Content:
    """Return the typed content of a step. Raises BadCourseFile for unknown words, and for HTML in which something runs."""
    try:
        content = contents.read(step.content, contents.TYPES[step.kind])
    except Invalid as error:
        raise BadCourseFile(f"{place}：内容认不出，没有导入。{error.message.partition('。')[0]}。") from error
    name = SOURCES.get(type(content), "")
    source = str(getattr(content, name)) if name else ""
    if rich_text.is_html(source) and _RUNS.search(source):
        raise BadCourseFile(f"{place}：正文里夹带了脚本或嵌入的页面，没有导入。请向给您文件的人要一份没有改动过的。")
    return content


def _checked(file: CourseFile, numbers: Sequence[int], kinds: tuple[Kind, ...], place: str) -> list[int]:
    found = [number for number in numbers if number]
    for number in found:
        if not 1 <= number <= len(file.files) or kind_of(file.files[number - 1].kind) not in kinds:
            raise BadCourseFile(f"{place}：指到了没有的文件，或种类不对，没有导入。请重新导出一份。")
    return found
