"""The typed content of steps: what `Step.content` holds, and the part of it that a learner may see.

`read` and `write` are the only doors between the JSON in the database and these types. Answers stay in `Question`; pages of
learners are given `AskedQuestion`, which has none.
"""

from typing import TypeVar

import msgspec

from yanxiu.catalogue.content.checking import check, check_cues_fit
from yanxiu.catalogue.content.grading import Partial, is_answered, points_of, share_of
from yanxiu.catalogue.content.kinds import (
    QUESTION_TYPES,
    AnyQuestion,
    Blank,
    Cloze,
    FillIn,
    Gap,
    Given,
    Matching,
    Material,
    MaterialPart,
    Ordering,
    PartQuestion,
    Written,
    is_written,
    read_question,
    type_of,
)
from yanxiu.catalogue.content.questioning import check_any, digest_of, gaps_in, text_of
from yanxiu.catalogue.content.questions import LETTERS, TRUE_FALSE, AskedQuestion, Question, QuestionKind, asked, check_question, score
from yanxiu.catalogue.content.shape import Content
from yanxiu.catalogue.content.steps import (
    PASS_SCORE,
    CaseStudy,
    Cue,
    CueSheet,
    Discussion,
    Document,
    Homework,
    ImageSet,
    Link,
    Offline,
    Package,
    Picture,
    QuestionSet,
    Test,
    Text,
)
from yanxiu.kit.errors import Invalid

__all__ = [
    "LETTERS",
    "PASS_SCORE",
    "QUESTION_TYPES",
    "TRUE_FALSE",
    "TYPES",
    "AnyQuestion",
    "AskedQuestion",
    "Blank",
    "CaseStudy",
    "Cloze",
    "Content",
    "Cue",
    "CueSheet",
    "Discussion",
    "Document",
    "FillIn",
    "Gap",
    "Given",
    "Homework",
    "ImageSet",
    "Link",
    "Matching",
    "Material",
    "MaterialPart",
    "Offline",
    "Ordering",
    "Package",
    "PartQuestion",
    "Partial",
    "Picture",
    "Question",
    "QuestionKind",
    "QuestionSet",
    "Stored",
    "Test",
    "Text",
    "Written",
    "asked",
    "check",
    "check_any",
    "check_cues_fit",
    "check_question",
    "digest_of",
    "gaps_in",
    "is_answered",
    "is_written",
    "points_of",
    "read",
    "read_question",
    "score",
    "share_of",
    "text_of",
    "type_of",
    "write",
]  # fmt: skip

Stored = Text | QuestionSet | Test | Homework | CueSheet | Document | ImageSet | Discussion | CaseStudy | Package | Link | Offline
T = TypeVar("T", bound=Content)
TYPES: dict[str, type[Content]] = {
    "video": CueSheet,
    "audio": CueSheet,
    "text": Text,
    "document": Document,
    "images": ImageSet,
    "question": QuestionSet,
    "test": Test,
    "homework": Homework,
    "discussion": Discussion,
    "case": CaseStudy,
    "package": Package,
    "link": Link,
    "offline": Offline,
}
"""By the value of `StepKind`. No model comes in here: a confined child that reads question files knows these types too."""


def write(content: Content) -> dict[str, object]:
    """Return the JSON of `Step.content`."""
    written: dict[str, object] = msgspec.to_builtins(content)
    return written


def read(raw: object, kind: type[T]) -> T:
    """Read `Step.content` as `kind`. Raises Invalid when it is not that."""
    try:
        return msgspec.convert(raw, kind)
    except msgspec.ValidationError as error:
        raise Invalid(f"环节内容读不出来：{error}。请在课程编辑页重新填写这个环节。") from error
