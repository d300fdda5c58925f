"""What each kind of step holds."""

from typing import ClassVar, Literal

from yanxiu.catalogue.content.questions import Question
from yanxiu.catalogue.content.shape import Content

PASS_SCORE = 60


class Text(Content, frozen=True, kw_only=True):
    """Reading. `source` is our light markup (`kit.rich_text`) or HTML; `Step.body` holds what it became."""

    source: str


class QuestionSet(Content, frozen=True, kw_only=True):
    """回馈题: each must be answered right; trying again is free."""

    questions: tuple[Question, ...]


class Test(Content, frozen=True, kw_only=True):
    """A course test. `pass_score` of 100, all questions alike; `attempts` allowed, 0 = as many as one likes.

    `drawn` of the questions, 0 = all, are drawn anew for each attempt.
    """

    __test__: ClassVar[bool] = False  # pytest takes every class called Test… for one of its own

    questions: tuple[Question, ...]
    pass_score: int = PASS_SCORE
    attempts: int = 3
    drawn: int = 0


PartKind = Literal["text", "lesson_plan", "document", "picture", "video", "files"]


class Part(Content, frozen=True, kw_only=True):
    """One part of a homework: words of at least `min_characters`, or at most `most` files of a kind (`files`: of any).

    `key` names it in what is handed in. A part that is not `is_required` may be left out.
    """

    key: str
    kind: PartKind
    label: str
    min_characters: int = 0
    most: int = 1
    is_required: bool = True

    @property
    def is_text(self) -> bool:
        """Tell whether it is written into the page."""
        return self.kind == "text"


class Peers(Content, frozen=True, kw_only=True):
    """互评: each author reviews `reviews` others' pieces and is done only then; `weight` percent of the score is the reviewers' mean.

    Within `days` a piece is reviewed, else it goes to somebody else. `calibration` pieces of known marks come first. A review takes at
    least `min_seconds` with the piece open, and `min_characters` of words.
    """

    reviews: int = 2
    weight: int = 30
    days: int = 5
    is_other_school: bool = True
    is_anonymous: bool = True
    calibration: int = 0
    min_characters: int = 20
    min_seconds: int = 60


class Homework(Content, frozen=True, kw_only=True):
    """Marked 0 to `points`; by the rubric of id `rubric_id` the points are its levels' sum.

    What is handed in stands in `parts`. Homework written before there were parts has none and asks by `min_characters`, as
    `kit.text.characters` counts (0 = none), and `attachments`, the greatest number of files: read it by `asked_parts`.
    """

    task: str
    min_characters: int = 0
    attachments: int = 0
    points: int = 100
    pass_points: int = PASS_SCORE
    parts: tuple[Part, ...] = ()
    rubric_id: int | None = None
    peers: Peers | None = None

    @property
    def asked_parts(self) -> tuple[Part, ...]:
        """What is handed in, in order."""
        if self.parts:
            return self.parts
        words = Part(key="text", kind="text", label="正文", min_characters=self.min_characters, is_required=self.min_characters > 0)
        files = Part(key="files", kind="files", label="附件", most=self.attachments, is_required=False)
        return (words, files) if self.attachments else (words,)


class Cue(Content, frozen=True, kw_only=True):
    """A question that stops a film at whole second `second`. A `required` one must be answered right before what follows counts."""

    second: int
    question: Question
    required: bool = True


class CueSheet(Content, frozen=True, kw_only=True):
    """What a video or audio step holds besides its media: `cues` in the order of their seconds."""

    cues: tuple[Cue, ...] = ()


class Document(Content, frozen=True, kw_only=True):
    """A document shown in the page; the file is the step's media. `dwell_seconds` is the least time it must be open."""

    dwell_seconds: int = 60
    is_downloadable: bool = True


class Picture(Content, frozen=True, kw_only=True):
    """A picture of an image set: id of its stored file, and what it shows (also its text alternative)."""

    file_id: int
    caption: str


class ImageSet(Content, frozen=True, kw_only=True):
    """Pictures to look at, in order; `dwell_seconds` for all of them together."""

    pictures: tuple[Picture, ...]
    dwell_seconds: int = 30


class Discussion(Content, frozen=True, kw_only=True):
    """A question to the group; done by `posts` contributions of at least `min_characters` each."""

    prompt: str
    posts: int = 1
    min_characters: int = 30


class CaseStudy(Content, frozen=True, kw_only=True):
    """A lesson case inside a course, by its id: watched, and observed by rubric when `needs_report`."""

    case_id: int
    needs_report: bool = False


class Package(Content, frozen=True, kw_only=True):
    """A SCORM or H5P package, by the id of its `catalogue.Package`. It counts by the course's rule, never by the package's word alone.

    `counts` names what the package must report; `min_seconds` is the least server time it must be open. `pass_score` of 100 for "passed".
    """

    package_id: int
    counts: Literal["opened", "completed", "passed"] = "completed"
    min_seconds: int = 60
    pass_score: int = PASS_SCORE


class Link(Content, frozen=True, kw_only=True):
    """A page elsewhere; `min_seconds` between opening it from here and saying that it was read."""

    url: str
    why: str = ""
    min_seconds: int = 60


class Offline(Content, frozen=True, kw_only=True):
    """Something done away from the screen: reported with `min_characters` and at least `photos` pictures, then confirmed if so wanted."""

    task: str
    place: str = ""
    min_characters: int = 50
    photos: int = 0
    needs_confirmation: bool = True
