"""From where on a circumstance is noticed. An honest person who is accused is the worst outcome: every limit says whom it spares.

`remark` keeps it for context only; `notable` puts it before an office; `strong` puts it on top.
"""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class SharedDevice:
    """Several accounts on one device, taking turns again and again or playing at the same time.

    Spares a couple with one phone (two people), a computer room in which people come one after another (nobody comes back), and rooms
    whose machines are restored from one image, where one device code stands for many machines (many people: a remark at most).
    """

    people: int = 3
    most_people: int = 6
    remark_runs: int = 3
    remark_returns: int = 4
    notable_runs: int = 5
    notable_returns: int = 9
    quick_seconds: int = 120
    quick_share: float = 0.8
    strong_overlap_seconds: int = 1_800
    dense_share: float = 0.5


@dataclass(frozen=True, kw_only=True)
class SteadyRhythm:
    """Beats as even as a clock for longer than anybody sits, or prompts answered after the very same seconds every time.

    The player itself reports every ten seconds, so evenness alone means nothing and is never noticed; only with twelve hours and more.
    Answers between one and three seconds are how attentive people answer.
    """

    remark_hours: float = 12
    remark_variation: float = 0.01
    notable_hours: float = 18
    notable_variation: float = 0.005
    same_answers: int = 10
    human_from: int = 1
    human_to: int = 3


@dataclass(frozen=True, kw_only=True)
class FarNetworks:
    """To and fro between two networks and two devices within minutes. Where a network lies is not known, only that it is another.

    Spares changing from the phone's network to the school's (one or two changes), also several times a day.
    """

    quick_seconds: int = 120
    remark_switches: int = 4
    notable_switches: int = 10


@dataclass(frozen=True, kw_only=True)
class HiddenPage:
    """The page lay behind others while it played. Who listens, or looks at the film in a second window, is honest: a remark at most.

    Only together with prompts that nobody answered it asks an office to look.
    """

    remark_hours: float = 2
    remark_share: float = 0.8
    notable_hours: float = 4
    notable_share: float = 0.9
    notable_missed: int = 5
    notable_missed_share: float = 0.8


@dataclass(frozen=True, kw_only=True)
class MissedPrompts:
    """还在看吗 unanswered. Spares who uses a screen reader or went to the phone: some, and less than most."""

    remark_missed: int = 4
    remark_share: float = 0.5
    notable_missed: int = 10
    notable_share: float = 0.8


@dataclass(frozen=True, kw_only=True)
class LeastTime:
    """Films left within two seconds of the least that counts. Spares who stops at the credits now and then: many, and nearly all."""

    within_seconds: int = 2
    spare_seconds: int = 15
    remark_films: int = 12
    remark_share: float = 0.9
    notable_films: int = 30
    notable_share: float = 0.95


SHARED_DEVICE = SharedDevice()
STEADY_RHYTHM = SteadyRhythm()
FAR_NETWORKS = FarNetworks()
HIDDEN_PAGE = HiddenPage()
MISSED_PROMPTS = MissedPrompts()
LEAST_TIME = LeastTime()
