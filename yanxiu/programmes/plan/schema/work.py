"""What people do: windows, choices, blocks of the curriculum, spaces, guidance, attendance, duties, materials, solicitation."""

from decimal import Decimal
from typing import Annotated, Literal

from msgspec import Meta

from yanxiu.programmes.plan.schema.values import (
    Bound,
    Count,
    DateText,
    Few,
    Hours,
    LongText,
    Minutes,
    Moment,
    Multiple,
    Part,
    Ratio,
    Slug,
    Speed,
    Text,
    TimeText,
)
from yanxiu.programmes.plan.vocabulary import (
    Assign,
    AwardRule,
    BlockKind,
    Do,
    EnrolMode,
    ItemKind,
    Level,
    Per,
    Role,
    SpaceType,
    Stage,
    WorkshopLevel,
)


class Phase(Part, frozen=True, kw_only=True):
    """A named window. Days are inclusive as printed; without dates it is ordered by `after` or waits for the launch."""

    id: Slug
    label: Text
    from_: DateText | None = None
    to: DateText | None = None
    after: Slug | None = None
    season: Literal["winter", "spring", "summer", "autumn"] | None = None
    span: Literal["year", "school_year"] | None = None
    for_: tuple[Role, ...] = ()
    not_for: tuple[Role, ...] = ()
    do: tuple[Do, ...] = ()
    where: Text | None = None
    credit_cutoff: DateText | None = None
    unit_dates_within: bool = False
    clause: Text | None = None


class Choice(Part, frozen=True, kw_only=True):
    """Who chooses what, from where, until when."""

    what: Literal["topic", "course"]
    by: Literal["learner", "school_admin", "institution", "learner_with_help"]
    from_: Literal["block_topics", "chosen_topics", "catalogue", "block"]
    block: Slug | None = None
    modes: tuple[EnrolMode, ...] = ()
    within: Slug | None = None
    before: tuple[Literal["needs_survey"], ...] = ()
    min_hours: Hours | None = None
    lock_at: Moment | None = None
    guide: Text | None = None
    note: LongText | None = None
    clause: Text | None = None


class Items(Part, frozen=True, kw_only=True):
    """A block made of `count` equal things, or of the named ones; each worth `hours_each`, earned one by one."""

    what: ItemKind
    count: Few | None = None
    titles: tuple[Text, ...] = ()
    level: Text | None = None
    mode: Literal["study", "review", "watch"] = "study"
    with_: tuple[Literal["expert_comments"], ...] = ()
    hours_each: Hours | None = None


class Mooc(Part, frozen=True, kw_only=True):
    """Courses in short pieces: own figures in a programme (`hours`), bounds in a framework (`min_share_of_online_hours`)."""

    hours: Hours | None = None
    min_share_of_online_hours: Ratio | None = None
    segment_max_minutes: Few | None = None
    monitor: tuple[Literal["instant_quiz", "peer_review"], ...] = ()
    soft: bool = False


class Produce(Part, frozen=True, kw_only=True):
    """Something to hand in before an item counts."""

    name: Text
    min_chars: Count | None = None


class Convert(Part, frozen=True, kw_only=True):
    """Hours taken over from other records; the formula is set at launch."""

    from_: tuple[Literal["platform_records", "homework"], ...]
    into: Slug
    formula: Literal["configurable"]


class Duty(Part, frozen=True, kw_only=True):
    """A counter with a bound, for a role. `min` absent: a bound is not stated, the figure is only shown."""

    id: Slug
    metric: str
    min: Bound | None = None
    per: Per | None = None
    in_: Slug | None = None
    kinds: tuple[Text, ...] = ()
    label: Text | None = None
    tool: Literal["vote"] | None = None
    scope: Literal["topic"] | None = None
    for_level: WorkshopLevel | None = None
    over: WorkshopLevel | None = None
    except_stages: tuple[Stage, ...] = ()
    quota_by: Level | None = None
    timely: bool = False
    soft: bool = False
    optional: bool = False
    assessed: bool = True
    clause: Text | None = None


class Play(Part, frozen=True, kw_only=True):
    """How the films of a block are played: greatest speed, minutes of play before 还在看吗 (0: never), and whether unseen parts hold."""

    max_rate: Speed = Decimal("1.5")
    presence_minutes: Minutes = 10
    no_skip: bool = True


class Practice(Part, frozen=True, kw_only=True):
    """What a practice block asks for: a counter with a bound."""

    metric: str
    min: Few
    per: Per = "person"
    in_: Slug | None = None


class Block(Part, frozen=True, kw_only=True):
    """A block of the curriculum. `hours` is what the block is worth, `min_hours` what of it is required at least; absent: not stated."""

    id: Slug
    label: Text
    kind: BlockKind
    for_: tuple[Role, ...] = ()
    stages: tuple[Stage, ...] = ()
    window: Slug | None = None
    hours: Hours | None = None
    min_hours: Hours | None = None
    catalogue_min_hours: Hours | None = None
    online_hours: Hours | None = None
    offline_hours: Hours | None = None
    min_ratio_to_online_hours: Multiple | None = None
    per: Literal["year"] | None = None
    assign: Assign | None = None
    catalogue: Text | None = None
    topics: tuple[Text, ...] = ()
    items: Items | None = None
    requires: Practice | None = None
    produce: tuple[Produce, ...] = ()
    proof: tuple[Text, ...] = ()
    award: AwardRule | None = None
    mode: Literal["one_school_one_plan", "face_to_face"] | None = None
    by: Role | None = None
    driven_by: Literal["task"] | None = None
    each_has: tuple[Literal["goals", "topics", "cases", "online_activity", "offline_activity", "outcomes"], ...] = ()
    states: tuple[Literal["online_hours", "offline_hours"], ...] = ()
    focus: tuple[Literal["common_need", "frontier", "core", "hot"], ...] = ()
    mooc: Mooc | None = None
    play: Play | None = None
    themes: dict[Annotated[str, Meta(pattern=r"^(0[1-9]|1[0-2])$")], Text] = {}
    tutoring: bool = False
    convert: Convert | None = None
    local_courses_by: Text | None = None
    soft: bool = False
    note: LongText | None = None
    clause: Text | None = None


class Total(Part, frozen=True, kw_only=True):
    """Hours over several blocks together."""

    id: Slug
    label: Text
    of: Annotated[tuple[Slug, ...], Meta(min_length=1)]
    hours: Hours
    for_: tuple[Role, ...] = ()
    window: Slug | None = None
    soft: bool = False
    clause: Text | None = None


class Split(Part, frozen=True, kw_only=True):
    by: tuple[Literal["platform", "host"], ...]
    into: Literal["sub_workshop"]


class Space(Part, frozen=True, kw_only=True):
    """A kind of space, how many of it, its cap, tools and the documents that must be posted."""

    type: SpaceType
    per: Literal["learner", "topic", "subject", "school", "region", "class"] | None = None
    tree: Literal["workshop_levels"] | None = None
    hosts: Literal["one", "many"] | None = None
    cap: Count | None = None
    split: Split | None = None
    needs: tuple[Slug, ...] = ()
    posted_on: Literal["subject_page", "topic_page"] | None = None
    groups: bool = False
    functions: tuple[Text, ...] = ()
    tools: tuple[Text, ...] = ()
    linked: bool = False
    created: tuple[Literal["alone", "jointly"], ...] = ()
    column: Text | None = None
    shared_with: Level | None = None
    managed_by: Text | None = None
    clause: Text | None = None


class Guidance(Part, frozen=True, kw_only=True):
    """Who guides which blocks: a chain of people, or the workshop.

    `answer_days`: after how many days a level is reminded of a question that waits there; one for all, or one for each of `chain`, in its
    order. Absent: two.
    """

    blocks: tuple[Slug, ...]
    channel: Literal["chain", "workshop"]
    chain: tuple[Text, ...] = ()
    answer_days: tuple[Few, ...] = ()
    tools: tuple[Slug, ...] = ()
    clause: Text | None = None


class Attend(Part, frozen=True, kw_only=True):
    """Attendance of the study days of a window, and how it becomes hours (D-20).

    `min_share`: the share of sessions to attend, a requirement that pass rules may name by `id`; absent: reported only, no gate.
    `block`: the hours of each attended session count in this block; absent: none do. `late`: whether somebody late has attended;
    `leave`: whether granted leave leaves the session out of the share. `hours` working_day: sessions end by the calendar's end of work.
    """

    id: Slug = "attendance"
    label: Text = "集中学习出勤"
    window: Slug
    hours: Literal["working_day", "any"]
    by: tuple[Literal["face", "spot_check", "roll_call", "code"], ...]
    min_share: Ratio | None = None
    block: Slug | None = None
    late: Literal["attended", "absent"] = "attended"
    leave: Literal["excused", "absent"] = "excused"
    feeds: tuple[Literal["school_based_credit"], ...] = ()
    clause: Text | None = None


class Piece(Part, frozen=True, kw_only=True):
    """One thing to hand in and its checks. `min_chars` counts characters without spaces; `photos` is how many photos it holds."""

    id: Slug
    label: Text
    min_chars: Count | None = None
    photos: Few | None = None
    same_lesson_as: Slug | None = None
    it_integrated: bool = False
    clause: Text | None = None


class Submission(Part, frozen=True, kw_only=True):
    """Materials one subject hands in. `count`: how many sets, by stage where it differs; every set holds all `pieces`."""

    id: Slug
    label: Text
    by: Role
    to: tuple[Text, ...] = ()
    due: DateText | None = None
    time: TimeText = "end_of_day"
    repeat: Literal["last_friday_of_month"] | None = None
    in_: Slug | None = None
    rolling: bool = False
    count: Few | dict[Stage, Few] | None = None
    form: Literal["one_zip_each"] | None = None
    tag: Literal["subject"] | None = None
    pieces: tuple[Piece, ...] = ()
    soft: bool = False
    clause: Text | None = None


class Solicitation(Part, frozen=True, kw_only=True):
    """Recommendation upward, level by level, under a share."""

    id: Slug
    label: Text
    theme_by: tuple[Role, ...] = ()
    submit: Literal["voluntary", "required"] = "voluntary"
    along: Literal["workshop_levels", "chain"]
    route: tuple[Level, ...] = ()
    ratio_max: Ratio | None = None
    rounding: Literal["floor", "half_up", "ceiling"] = "floor"
    quota_by: tuple[Role, ...] = ()
    quality_by: Role | None = None
    final_by: Text | None = None
    show_on: tuple[SpaceType, ...] = ()
    reward: Literal["incentive"] | None = None
    into: Text | None = None
    clause: Text | None = None
