"""The elements of the run-time data models of SCORM 1.2 and 2004: what content may store, of which form and length (security UP-07).

Nothing is cut: a value that does not fit refuses the whole save, naming the element.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from functools import lru_cache

from yanxiu.kit.errors import Invalid
from yanxiu.learning.models import RunStatus, RunSuccess

MOST_ELEMENTS = 4_000
MOST_CHARACTERS = 400_000
Check = Callable[[str], bool]

_SPAN_12 = re.compile(r"\d{1,4}:[0-5]\d:[0-5]\d(?:\.\d{1,2})?")
_SPAN_2004 = re.compile(r"P(?:\d+Y)?(?:\d+M)?(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)(?:\.\d+)?S)?)?")


class BadValue(Invalid):
    """The content wants to keep something that its standard does not allow."""

    code = "bad_value"


@dataclass(frozen=True, kw_only=True)
class Report:
    """What the data say: completion, result, score of 100 (None = none), and seconds of this sitting as the content counted them."""

    status: RunStatus
    success: RunSuccess
    score: Decimal | None
    seconds: int


def text(most: int) -> Check:
    """A text of at most so many characters."""
    return lambda value: len(value) <= most


def words(*allowed: str) -> Check:
    """One of some words, or nothing."""
    return lambda value: value in allowed or not value


def number(least: float = -1e9, most: float = 1e9) -> Check:
    """A decimal number in a range, or nothing."""

    def check(value: str) -> bool:
        try:
            return not value or (len(value) <= 32 and least <= float(value) <= most)
        except ValueError:
            return False

    return check


def span(form: re.Pattern[str]) -> Check:
    """A length of time, or nothing."""
    return lambda value: not value or (len(value) <= 64 and form.fullmatch(value) is not None)


_STATUS_12 = words("passed", "completed", "failed", "incomplete", "browsed", "not attempted")
_COMPLETION = words("completed", "incomplete", "not attempted", "unknown")
_SUCCESS = words("passed", "failed", "unknown")
_TYPES = ("true-false", "choice", "fill-in", "long-fill-in", "likert", "matching", "performance", "sequencing", "numeric", "other")
_SCORE_12 = {f"{name}.score.{part}": number(0, 100) for name in ("cmi.core", "cmi.objectives.#") for part in ("raw", "min", "max")}
_ELEMENTS_12: dict[str, Check] = {
    "cmi.core.lesson_location": text(255), "cmi.core.lesson_status": _STATUS_12,
    "cmi.core.exit": words("time-out", "suspend", "logout"), "cmi.core.session_time": span(_SPAN_12), **_SCORE_12,
    "cmi.suspend_data": text(4_096), "cmi.comments": text(4_096), "cmi.objectives.#.id": text(255), "cmi.objectives.#.status": _STATUS_12,
    "cmi.student_preference.audio": number(-1, 100), "cmi.student_preference.language": text(255),
    "cmi.student_preference.speed": number(-100, 100), "cmi.student_preference.text": number(-1, 1),
    "cmi.interactions.#.id": text(255), "cmi.interactions.#.time": text(32), "cmi.interactions.#.type": words(*_TYPES),
    "cmi.interactions.#.weighting": number(), "cmi.interactions.#.student_response": text(255), "cmi.interactions.#.result": text(255),
    "cmi.interactions.#.latency": span(_SPAN_12), "cmi.interactions.#.objectives.#.id": text(255),
    "cmi.interactions.#.correct_responses.#.pattern": text(255),
}  # fmt: skip
_SCORE_2004 = {
    f"{name}.score.{part}": number(-1, 1) if part == "scaled" else number()
    for name in ("cmi", "cmi.objectives.#")
    for part in ("scaled", "raw", "min", "max")
}
_ELEMENTS_2004: dict[str, Check] = {
    "cmi.completion_status": _COMPLETION, "cmi.success_status": _SUCCESS, "cmi.progress_measure": number(0, 1),
    "cmi.exit": words("time-out", "suspend", "logout", "normal"), "cmi.location": text(1_000), "cmi.session_time": span(_SPAN_2004),
    "cmi.suspend_data": text(64_000), **_SCORE_2004,
    "cmi.comments_from_learner.#.comment": text(4_000), "cmi.comments_from_learner.#.location": text(250),
    "cmi.comments_from_learner.#.timestamp": text(40), "cmi.learner_preference.audio_level": number(0, 1e6),
    "cmi.learner_preference.language": text(250), "cmi.learner_preference.delivery_speed": number(0, 1e6),
    "cmi.learner_preference.audio_captioning": words("-1", "0", "1"), "cmi.objectives.#.id": text(4_000),
    "cmi.objectives.#.success_status": _SUCCESS, "cmi.objectives.#.completion_status": _COMPLETION,
    "cmi.objectives.#.progress_measure": number(0, 1), "cmi.objectives.#.description": text(500), "cmi.interactions.#.id": text(4_000),
    "cmi.interactions.#.type": words(*_TYPES), "cmi.interactions.#.timestamp": text(40), "cmi.interactions.#.weighting": number(),
    "cmi.interactions.#.learner_response": text(8_000), "cmi.interactions.#.result": text(64),
    "cmi.interactions.#.latency": span(_SPAN_2004), "cmi.interactions.#.description": text(500),
    "cmi.interactions.#.objectives.#.id": text(4_000), "cmi.interactions.#.correct_responses.#.pattern": text(8_000),
}  # fmt: skip
# What the site tells the content at its launch; what comes back of it is not believed.
_OURS = re.compile(
    r"cmi\.(?:core\.(?:student_id|student_name|credit|entry|total_time|lesson_mode)|launch_data|student_data\..*|comments_from_lms.*"
    r"|learner_id|learner_name|credit|mode|entry|total_time|time_limit_action|max_time_allowed|completion_threshold|scaled_passing_score"
    r"|_version)|.*\._(?:children|count)|adl\..*"
)


def taken(values: Mapping[str, str], *, edition: str) -> dict[str, str]:
    """Return what is kept of the values of one unit, empty ones and our own left out. Raises BadValue, naming the element."""
    if len(values) > MOST_ELEMENTS or sum(map(len, values.values())) > MOST_CHARACTERS:
        raise BadValue(f"课件要存的内容太多：最多 {MOST_ELEMENTS} 项、{MOST_CHARACTERS // 1000} 千字。没有存，请告诉课程作者。")
    table = _ELEMENTS_12 if edition == "scorm12" else _ELEMENTS_2004
    kept: dict[str, str] = {}
    for name, value in values.items():
        if not value or _OURS.fullmatch(name):
            continue
        check = table.get(_general(name))
        if check is None:
            raise BadValue(f"课件要存的“{name[:60]}”不是它的标准里有的一项。没有存，请告诉课程作者。")
        if not check(value):
            raise BadValue(f"课件给“{name}”存的值（{len(value)} 字）不合标准，或超过长度。没有存，请告诉课程作者。")
        kept[name] = value
    return kept


def report(data: Mapping[str, str], *, edition: str) -> Report:
    """Return what checked data say."""
    if edition == "scorm12":
        word = data.get("cmi.core.lesson_status", "")
        return Report(
            status=_STATUS_OF_12.get(word, RunStatus.INCOMPLETE),
            success={"passed": RunSuccess.PASSED, "failed": RunSuccess.FAILED}.get(word, RunSuccess.UNKNOWN),
            score=_scaled(data, "cmi.core.score", ranged=True),
            seconds=seconds(data.get("cmi.core.session_time", "")),
        )
    success = RunSuccess(data.get("cmi.success_status") or "unknown")
    completed = data.get("cmi.completion_status") == "completed" or (
        success == RunSuccess.PASSED and data.get("cmi.completion_status", "unknown") == "unknown"
    )
    measure = _decimal(data.get("cmi.score.scaled", ""))
    score = min(max(measure * 100, Decimal(0)), Decimal(100)) if measure is not None else _scaled(data, "cmi.score", ranged=False)
    return Report(
        status=RunStatus.COMPLETED if completed else RunStatus.INCOMPLETE,
        success=success,
        score=score,
        seconds=seconds(data.get("cmi.session_time", "")),
    )


def seconds(raw: str) -> int:
    """Return the whole seconds of a length of time in either form; 0 for none."""
    if _SPAN_12.fullmatch(raw):
        hours, minutes, rest = raw.split(":")
        return int(hours) * 3600 + int(minutes) * 60 + int(float(rest))
    found = _SPAN_2004.fullmatch(raw)
    if found is None:
        return 0
    days, hours_, minutes_, seconds_ = (int(part or 0) for part in found.groups())
    return days * 86_400 + hours_ * 3_600 + minutes_ * 60 + seconds_


def span_words(total: int, *, edition: str) -> str:
    """Return seconds as the standard writes them."""
    if edition == "scorm12":
        return f"{min(total // 3600, 9999):04}:{total // 60 % 60:02}:{total % 60:02}"
    return f"PT{total // 3600}H{total // 60 % 60}M{total % 60}S"


_STATUS_OF_12 = {"passed": RunStatus.COMPLETED, "completed": RunStatus.COMPLETED}


def _scaled(data: Mapping[str, str], name: str, *, ranged: bool) -> Decimal | None:
    """Return a raw score as part of 100 by its range; without one only SCORM 1.2 says what it is of."""
    raw, least, most = (_decimal(data.get(f"{name}.{part}", "")) for part in ("raw", "min", "max"))
    if raw is None or (not ranged and most is None):
        return None
    least, most = least or Decimal(0), most if most is not None else Decimal(100)
    share = (raw - least) / (most - least) * 100 if most > least else raw
    return min(max(share, Decimal(0)), Decimal(100)).quantize(Decimal("0.01"))


def _decimal(raw: str) -> Decimal | None:
    try:
        return Decimal(raw) if raw else None
    except InvalidOperation:
        return None


@lru_cache(maxsize=4_096)
def _general(name: str) -> str:
    return re.sub(r"\.\d{1,4}(?=\.|$)", ".#", name)
