"""From loose files, and an outline if there is one, to modules and steps in order. Pure: no queries, nothing is written."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field

import msgspec
from django.utils.translation import gettext as _

from yanxiu.catalogue import content as contents
from yanxiu.catalogue import question_text
from yanxiu.catalogue.content import Discussion, Document, Homework, ImageSet, Link, Offline, Package, Picture, QuestionSet, Test, Text
from yanxiu.catalogue.models import StepKind
from yanxiu.catalogue.transport.shape import HeldFile, ModulePlan, Refusal, Row, StepPlan
from yanxiu.files.kinds import Kind
from yanxiu.kit.errors import Invalid

MOST_TITLE = 120
KINDS = {
    "视频": StepKind.VIDEO, "微课": StepKind.VIDEO, "音频": StepKind.AUDIO, "阅读": StepKind.TEXT, "文本": StepKind.TEXT,
    "文档": StepKind.DOCUMENT, "图集": StepKind.IMAGES, "图片": StepKind.IMAGES, "回馈题": StepKind.QUESTION, "测试": StepKind.TEST,
    "作业": StepKind.HOMEWORK, "讨论": StepKind.DISCUSSION, "课件包": StepKind.PACKAGE, "课件": StepKind.PACKAGE, "链接": StepKind.LINK,
    "外部链接": StepKind.LINK, "线下活动": StepKind.OFFLINE,
}  # fmt: skip
OF_FILE = {
    Kind.VIDEO.code: StepKind.VIDEO, Kind.AUDIO.code: StepKind.AUDIO, Kind.DOCUMENT.code: StepKind.DOCUMENT,
    Kind.IMAGE.code: StepKind.IMAGES, Kind.PACKAGE.code: StepKind.PACKAGE,
}  # fmt: skip
FILMS = (StepKind.VIDEO, StepKind.AUDIO)
_DIGITS = re.compile(r"(\d+)")
_CHINESE = re.compile(r"第([一二三四五六七八九十]{1,3})")
_ORDER = re.compile(r"^(?:\d{1,3}(?:[-_.]\d{1,3})*)[\s._、\-—]+(?=\S)")
_SEVERAL = re.compile(r"[、；;\n]+")
_URL = re.compile(r"https?://\S+")


@dataclass(kw_only=True)
class Arranged:
    """What would be made, what is left out with its reason, and what is worth knowing."""

    modules: list[ModulePlan] = field(default_factory=list)
    steps: list[StepPlan] = field(default_factory=list)
    refused: list[Refusal] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def arrange(files: Sequence[HeldFile], rows: Sequence[Row]) -> Arranged:
    """Order the files as the outline says, those it does not name after it by their names."""
    shelf = _Shelf(files)
    made = Arranged()
    for row in rows:
        _enter_module(made, row)
        if row.title or row.file or row.words:
            _take_row(made, shelf, row)
    left = shelf.left()
    if rows and left:
        made.notes.append(_("提纲没有写到 %(n)s 个文件，按文件名排在最后。") % {"n": len(left)})
    made.steps += _loose(shelf, left, module=made.steps[-1].module if made.steps else len(made.modules))
    for number in shelf.alone():
        why = _("没有同名的视频或音频。把字幕改成和视频一样的名字，再传一次。")
        made.refused.append(Refusal(what=files[number - 1].name, why=why))
    _settle(made)
    return made


def natural(name: str) -> list[tuple[int, int, str]]:
    """Return the key by which people order names: 第二讲 before 第十讲, 2 before 10."""
    digits = _CHINESE.sub(lambda found: f"第{_numeral(found[1])}", unicodedata.normalize("NFKC", name).casefold())
    return [(0, int(part), "") if part.isdecimal() else (1, 0, part) for part in _DIGITS.split(digits) if part]


class _Shelf:
    """The files by number and by name; a file is taken once."""

    def __init__(self, files: Sequence[HeldFile]) -> None:
        self.files = files
        self._taken: set[int] = set()
        self._by_name: dict[str, int] = {}
        for number, file in enumerate(files, start=1):
            if file.file_id:
                self._by_name.setdefault(_folded(file.name), number)
                self._by_name.setdefault(_folded(_stem(file.name)), number) if file.kind != Kind.CAPTIONS.code else None

    def find(self, name: str) -> int:
        """Return the number of the file of that name, with or without its extension; 0 when there is none."""
        wanted = _folded(name.strip().replace("\\", "/").rpartition("/")[2])
        return self._by_name.get(wanted, 0)

    def take(self, number: int) -> HeldFile:
        self._taken.add(number)
        return self.files[number - 1]

    def is_taken(self, number: int) -> bool:
        return number in self._taken

    def beside(self, number: int, kind: Kind) -> int:
        """Take the file of a kind that has the same base name; 0 when there is none."""
        base = _folded(_stem(self.files[number - 1].name))
        for other, file in enumerate(self.files, start=1):
            stem = _folded(_stem(file.name))
            is_same = stem == base or (kind == Kind.CAPTIONS and stem.rpartition(".")[0] == base)
            if file.file_id and file.kind == kind.code and other not in self._taken and is_same:
                self._taken.add(other)
                return other
        return 0

    def left(self) -> list[int]:
        """Return the files that make steps and are not taken, by their names. Posters go with their films."""
        free = [n for n, file in enumerate(self.files, start=1) if file.file_id and n not in self._taken and file.kind in OF_FILE]
        films = {_folded(_stem(self.files[n - 1].name)) for n in free if self.files[n - 1].kind == Kind.VIDEO.code}
        steps = [n for n in free if self.files[n - 1].kind != Kind.IMAGE.code or _folded(_stem(self.files[n - 1].name)) not in films]
        return sorted(steps, key=lambda n: natural(self.files[n - 1].name))

    def alone(self) -> list[int]:
        """Return captions that belong to nothing."""
        return [
            n for n, file in enumerate(self.files, start=1)
            if file.file_id and file.kind == Kind.CAPTIONS.code and n not in self._taken
        ]  # fmt: skip


def _enter_module(made: Arranged, row: Row) -> None:
    name = " ".join(row.module.split())[:MOST_TITLE]
    if name and name not in {one.title for one in made.modules[-1:]}:
        made.modules.append(ModulePlan(title=name))


def _take_row(made: Arranged, shelf: _Shelf, row: Row) -> None:
    try:
        step = _step_of(made, shelf, row)
    except Invalid as error:
        what = _("提纲第 %(row)s 行“%(title)s”") % {"row": row.number, "title": (row.title or row.file or row.words)[:40]}
        made.refused.append(Refusal(what=what, why=error.message))
        return
    made.steps.append(step)


def _step_of(made: Arranged, shelf: _Shelf, row: Row) -> StepPlan:
    kind = _kind_of(row, shelf)
    module = len(made.modules)
    if kind not in OF_FILE.values():
        content = _asked(kind, row)
        contents.check(content)
        title = row.title or next((line for line in row.words.splitlines() if line.strip()), kind.label)
        return StepPlan(kind=kind, title=_title(title), content=contents.write(content), module=module)
    numbers = _files_of(row, shelf, kind)
    if row.words and kind != StepKind.IMAGES:
        words = {"row": row.number, "kind": kind.label}
        made.notes.append(_("提纲第 %(row)s 行的说明没有用上：%(kind)s环节不带说明，要写请另加一个阅读环节。") % words)
    return _shown(shelf, kind, numbers, title=row.title, captions=row.words.splitlines(), module=module)


def _kind_of(row: Row, shelf: _Shelf) -> StepKind:
    word = "".join(row.kind.split())
    if word:
        if word not in KINDS:
            allowed = "、".join(dict.fromkeys(kind.label for kind in KINDS.values()))
            raise Invalid(_("没有“%(word)s”这种类型，可以写：%(kinds)s。") % {"word": word[:20], "kinds": allowed})
        return KINDS[word]
    if row.file and not _URL.match(row.file):
        number = shelf.find(_SEVERAL.split(row.file)[0])
        return StepKind(OF_FILE.get(shelf.files[number - 1].kind, StepKind.DOCUMENT)) if number else StepKind.DOCUMENT
    return StepKind.LINK if _URL.match(row.file or row.words) else StepKind.TEXT


def _asked(kind: StepKind, row: Row) -> contents.Content:
    """Return the content of a step without files: what is asked stands in the words."""
    if kind == StepKind.LINK:
        found = _URL.search(row.file) or _URL.search(row.words)
        why = row.words if found is None or found[0] != row.words.strip() else ""
        return Link(url=found[0] if found else row.file, why=why)
    if kind == StepKind.QUESTION:
        return QuestionSet(questions=question_text.parse(row.words))
    if kind == StepKind.TEST:
        return Test(questions=question_text.parse(row.words))
    if kind == StepKind.DISCUSSION:
        return Discussion(prompt=row.words)
    if kind == StepKind.HOMEWORK:
        return Homework(task=row.words, min_characters=300, attachments=3)
    return Offline(task=row.words) if kind == StepKind.OFFLINE else Text(source=row.words)


def _files_of(row: Row, shelf: _Shelf, kind: StepKind) -> list[int]:
    names = [name.strip() for name in _SEVERAL.split(row.file) if name.strip()]
    if not names:
        raise Invalid(_("没有写文件名。请在“文件”一列写上要用的文件。"))
    if len(names) > 1 and kind != StepKind.IMAGES:
        raise Invalid(_("写了 %(n)s 个文件，%(kind)s环节只放一个。请分成几行。") % {"n": len(names), "kind": kind.label})
    numbers = []
    for name in names:
        number = shelf.find(name)
        if not number:
            raise Invalid(_("没有收到“%(name)s”。请把它一起传上来，名字要一样。") % {"name": name[:60]})
        if shelf.is_taken(number):
            raise Invalid(_("“%(name)s”前面已经用过了，一个文件只用一次。") % {"name": name[:60]})
        if OF_FILE.get(shelf.files[number - 1].kind) != kind:
            raise Invalid(_("“%(name)s”不是%(kind)s环节能用的文件。请改类型或换文件。") % {"name": name[:60], "kind": kind.label})
        numbers.append(number)
    return numbers


def _loose(shelf: _Shelf, numbers: Sequence[int], *, module: int) -> list[StepPlan]:
    """Make a step of each file by its name; all pictures together are one set, where the first of them stands."""
    pictures = [n for n in numbers if shelf.files[n - 1].kind == Kind.IMAGE.code]
    steps = []
    for number in numbers:
        if shelf.is_taken(number):
            continue
        kind = StepKind(OF_FILE[shelf.files[number - 1].kind])
        steps.append(_shown(shelf, kind, pictures if kind == StepKind.IMAGES else [number], title="", captions=(), module=module))
    return steps


def _shown(shelf: _Shelf, kind: StepKind, numbers: Sequence[int], *, title: str, captions: Sequence[str], module: int) -> StepPlan:
    """Return a step that shows files."""
    first = shelf.take(numbers[0])
    named = _title(title or _without_order(_stem(first.name)))
    if kind == StepKind.IMAGES:
        lines = [line.strip() for line in captions if line.strip()]
        pictures = tuple(
            Picture(file_id=n, caption=(lines[place] if place < len(lines) else _without_order(_stem(shelf.take(n).name)))[:300])
            for place, n in enumerate(numbers)
        )
        for number in numbers:
            shelf.take(number)
        set_title = named if title or len(numbers) == 1 else _("图集")
        return StepPlan(kind=kind, title=set_title, content=contents.write(ImageSet(pictures=pictures)), module=module)
    if kind == StepKind.PACKAGE:
        rule = Package(package_id=numbers[0], counts="opened" if first.edition == "web" else "completed")
        return StepPlan(kind=kind, title=named, content=contents.write(rule), module=module)
    if kind == StepKind.DOCUMENT:
        return StepPlan(kind=kind, title=named, content=contents.write(Document()), media=numbers[0], module=module)
    captions_number = shelf.beside(numbers[0], Kind.CAPTIONS)
    poster = shelf.beside(numbers[0], Kind.IMAGE) if kind == StepKind.VIDEO else 0
    return StepPlan(kind=kind, title=named, media=numbers[0], captions=captions_number, poster=poster, module=module)


def _settle(made: Arranged) -> None:
    """Leave out modules to which no step came; steps above the first module go into it."""
    used = {max(step.module, 1) for step in made.steps} if made.modules else set()
    kept = [number for number in range(1, len(made.modules) + 1) if number in used]
    gone = [module.title for number, module in enumerate(made.modules, start=1) if number not in used]
    if gone:
        made.notes.append(_("这些模块没有环节，没有建：%(names)s。") % {"names": "、".join(gone)})
    places = {number: place for place, number in enumerate(kept, start=1)}
    made.modules = [made.modules[number - 1] for number in kept]
    made.steps = [msgspec.structs.replace(step, module=places.get(max(step.module, 1), 0)) for step in made.steps]


def _title(text: str) -> str:
    return " ".join(text.split())[:MOST_TITLE]


def _stem(name: str) -> str:
    return name.rpartition(".")[0] or name


def _without_order(name: str) -> str:
    return _ORDER.sub("", name) or name


def _folded(name: str) -> str:
    return unicodedata.normalize("NFKC", name).casefold().strip()


def _numeral(text: str) -> int:
    """Return a Chinese numeral up to 99: 三, 十, 十二, 二十一."""
    tens, has_ten, ones = text.rpartition("十")
    digits = "零一二三四五六七八九"
    if not has_ten:
        return digits.find(text[0])
    return (digits.find(tens[-1]) if tens else 1) * 10 + (digits.find(ones) if ones else 0)
