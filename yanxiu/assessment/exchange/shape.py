"""What comes out of a question file, and the one place where readers put it."""

from collections.abc import Mapping
from dataclasses import dataclass
from time import monotonic

import msgspec

from yanxiu.catalogue.content import AnyQuestion, Content, check_any
from yanxiu.kit.errors import Invalid

MOST_QUESTIONS = 2_000
MOST_REFUSED = 2_000
MOST_FILES = 400
MOST_SECONDS = 60
LONGEST_EXCERPT = 160

FORMATS = {
    "sheet": "Excel 表格", "word": "Word 文档", "text": "纯文本", "gift": "GIFT", "aiken": "Aiken", "moodle": "Moodle XML",
    "qti1": "QTI 1.2", "qti2": "QTI 2.x", "qti3": "QTI 3.0",
}  # fmt: skip


class BadQuestionFile(Invalid):
    """The file as a whole cannot be read as questions; nothing was stored."""

    code = "bad_question_file"

    def __init__(self, message: str) -> None:
        super().__init__(message, field="file")


class Unfit(Exception):
    """Why one question cannot be taken; the others can."""


class Known(Content, frozen=True, kw_only=True):
    """Words of ours that a file may name: stages of school, and subjects."""

    stages: tuple[str, ...] = ()
    subjects: tuple[str, ...] = ()


class Loose(msgspec.Struct, frozen=True, kw_only=True):
    """A picture or a sound that came with the questions; texts name it by its number, from 1, as `![words](file:1)`."""

    name: str
    data: bytes

    @property
    def is_sound(self) -> bool:
        """Tell whether it is to be heard."""
        return self.name.rpartition(".")[2].lower() in {"mp3", "m4a", "wav", "ogg"}


class Understood(Content, frozen=True, kw_only=True):
    """A question as it will come in. What the file does not say is empty; `difficulty` 0 = not said."""

    question: AnyQuestion
    place: str
    point: str = ""
    difficulty: int = 0
    stage: str = ""
    subject: str = ""


class Refused(Content, frozen=True, kw_only=True):
    """A question that cannot come in: where it stands, how it begins, and why. `cells` is its row of the Excel template, if it was one."""

    place: str
    excerpt: str
    reason: str
    cells: dict[str, str] = {}


class Reading(Content, frozen=True, kw_only=True):
    """What was made of a file. `notes` are sentences about what was changed or left out of questions that did come."""

    format: str
    understood: tuple[Understood, ...] = ()
    refused: tuple[Refused, ...] = ()
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Said:
    """What a file says of a question besides its content; the fields are those of Understood."""

    point: str = ""
    difficulty: int = 0
    stage: str = ""
    subject: str = ""


class Gathering:
    """Where a reader puts what it found. Raises BadQuestionFile when it is too much, or takes too long."""

    def __init__(self, form: str) -> None:
        self.format = form
        self.understood: list[Understood] = []
        self.refused: list[Refused] = []
        self.files: list[Loose] = []
        self._notes: dict[str, list[str]] = {}
        self._until = monotonic() + MOST_SECONDS

    def keep(
        self,
        question: AnyQuestion,
        place: str,
        *,
        excerpt: str = "",
        cells: Mapping[str, str] | None = None,
        said: Said | None = None,
        point: str = "",
    ) -> None:
        """Take a question in if it can be answered; else refuse it with the reason."""
        self.check_room()
        try:
            check_any(question, place=place)
        except Invalid as error:
            self.refuse(place, excerpt or question.stem, error.message.removeprefix(f"{place}：").removeprefix(place), cells=cells)
            return
        said = said or Said(point=point)
        self.understood.append(
            Understood(question=question, place=place, point=said.point, difficulty=said.difficulty, stage=said.stage, subject=said.subject)
        )

    def refuse(self, place: str, excerpt: str, reason: str, *, cells: Mapping[str, str] | None = None) -> None:
        """Note a question that does not come."""
        self.check_room()
        shown = " ".join(excerpt[: LONGEST_EXCERPT * 2].split())[:LONGEST_EXCERPT]
        kept = {name: text[:2_000] for name, text in (cells or {}).items()}
        self.refused.append(Refused(place=place, excerpt=shown, reason=reason.lstrip("：，"), cells=kept))

    def note(self, sentence: str, place: str) -> None:
        """Say that something was changed or left out; the same sentence is said once, with its places."""
        self._notes.setdefault(sentence, []).append(place)

    def attach(self, name: str, data: bytes) -> int:
        """Keep a picture or sound and return its number; the same bytes again have the same number. Raises Unfit for too many."""
        for number, loose in enumerate(self.files, start=1):
            if loose.data == data:
                return number
        if len(self.files) >= MOST_FILES:
            raise Unfit(f"文件里的图片和声音超过 {MOST_FILES} 个，请分成几份再导入。")
        self.files.append(Loose(name=name, data=data))
        return len(self.files)

    def check_room(self) -> None:
        """Raise BadQuestionFile when the file holds too much or has taken too long."""
        if len(self.understood) + len(self.refused) >= MOST_QUESTIONS:
            raise BadQuestionFile(f"一个文件最多 {MOST_QUESTIONS:,} 题，这份还要多。请分成几份再导入。")
        self.check_time()

    def check_time(self) -> None:
        """Raise BadQuestionFile when reading has taken too long."""
        if monotonic() > self._until:
            raise BadQuestionFile(f"这份文件读了 {MOST_SECONDS} 秒还没有读完，没有导入。请分成几份再导入。")

    def reading(self) -> Reading:
        """Return what was found."""
        notes = tuple(sentence + _places(places) for sentence, places in self._notes.items())
        return Reading(format=self.format, understood=tuple(self.understood), refused=tuple(self.refused), notes=notes)


def _places(places: list[str]) -> str:
    unlike = list(dict.fromkeys(places))
    more = f"等 {len(unlike)} 处" if len(unlike) > 3 else ""
    return f"（{'、'.join(unlike[:3])}{more}）"
