"""Who a plan is for and how they come in: identity of the programme, organisation, audience, enrolment, words."""

from typing import Literal

from yanxiu.programmes.plan.schema.values import ClockText, Count, DateText, LongText, MonthDay, Part, PlanSlug, Slug, Text, Year, YearText
from yanxiu.programmes.plan.vocabulary import EnrolMode, Level, SpaceType, Stage, WorkshopLevel


class Programme(Part, frozen=True, kw_only=True):
    """Identity: who issues and runs it, which documents it rests on, which plans it must not loosen, which dates are masked."""

    id: PlanSlug
    title: Text
    level: Level
    owner: Text
    run_by: Text | None = None
    year: Year | YearText | None = None
    style: Literal["programme", "framework"] = "programme"
    follows: tuple[PlanSlug, ...] = ()
    based_on: tuple[Text, ...] = ()
    notice: Text | None = None
    params: dict[str, int | None] = {}
    platform: Text | None = None
    starts: Year | None = None
    term_years: Count | None = None
    covers: tuple[Text, ...] = ()
    clause: Text | None = None


class Terms(Part, frozen=True, kw_only=True):
    """Local words shown to people for the engine's concepts."""

    learner: Text | None = None
    host: Text | None = None
    host_short: Text | None = None
    school_host: Text | None = None
    tutor: Text | None = None
    member: Text | None = None
    group: Text | None = None
    hour: Text | None = None
    class_hour: Text | None = None
    credit: Text | None = None
    point: Text | None = None
    office: Text | None = None
    training: Text | None = None
    personal_space: Text | None = None
    certificate: Text | None = None


class Calendar(Part, frozen=True, kw_only=True):
    """Local time rules. Zone is always Asia/Shanghai; a day ends at 24:00."""

    end_of_work: ClockText = "17:30"
    school_year_from: MonthDay = "09-01"


class PointRoster(Part, frozen=True, kw_only=True):
    to: Text
    due: DateText


class TeachingPoints(Part, frozen=True, kw_only=True):
    """Where teachers study together: who sets points up, what they need, how learners are assigned."""

    set_up_by: tuple[Level, ...]
    needs: tuple[Text, ...] = ()
    assign: Literal["nearest", "by_office"] = "nearest"
    managed: Literal["unified", "own"] = "unified"
    own_point_if: tuple[Literal["all_subject_teachers_enrolled", "network_ok"], ...] = ()
    roster: PointRoster | None = None
    receives: Literal["course_package"] | None = None


class Pilot(Part, frozen=True, kw_only=True):
    chosen_by: Level
    county_way: tuple[Literal["whole_county", "recommended_schools"], ...] = ()
    criteria: tuple[Text, ...] = ()


class Orgs(Part, frozen=True, kw_only=True):
    """Chain of levels a list travels up, irregular units, workshop tree per stage, accountable person."""

    chain: tuple[Level, ...]
    teams: tuple[Text, ...] = ()
    direct_under_city: tuple[Text, ...] = ()
    zones_as_county: tuple[Text, ...] = ()
    workshop_levels: dict[Stage, tuple[WorkshopLevel, ...]] = {}
    level_exceptions: Literal["per_subject"] | None = None
    teaching_points: TeachingPoints | None = None
    pilot: Pilot | None = None
    accountable: Text | None = None
    seconded: tuple[Text, ...] = ()


class Group(Part, frozen=True, kw_only=True):
    """One group allowed to join; `quota` absent: no limit is stated."""

    id: Slug
    label: Text | None = None
    stages: tuple[Stage, ...] = ()
    subjects: tuple[Text, ...] = ()
    plan: Literal["in", "out"] | None = None
    quota: Count | None = None
    quota_down: tuple[Level, ...] = ()
    only_if: Literal["not_attended_previous"] | None = None
    coverage: Literal["all", "on_post", "all_teachers_of_project_schools"] | None = None
    clause: Text | None = None


class EnrolField(Part, frozen=True, kw_only=True):
    id: Slug
    label: Text | None = None
    type: Literal["text", "tick", "choice"] = "text"


class Classes(Part, frozen=True, kw_only=True):
    by: tuple[Literal["plan", "subject", "teaching_point", "school"], ...]
    never_mix: tuple[Literal["plan", "subject", "stage"], ...] = ()


class ReportUp(Part, frozen=True, kw_only=True):
    form: Text
    to: Text
    due: DateText


class NewAccount(Part, frozen=True, kw_only=True):
    name: Literal["id_number", "mobile", "assigned"]
    password: Literal["pinyin_initials", "one_time_code"]
    force_change: bool = True


class Account(Part, frozen=True, kw_only=True):
    returning: Literal["same"]
    new: NewAccount


class LearningCard(Part, frozen=True, kw_only=True):
    issued_by: Text
    via: Text
    max_count: Literal["head_count"]


class MemberCard(Part, frozen=True, kw_only=True):
    sold_by: Literal["hours"]
    limit: Literal["hours_bought"]


class Cards(Part, frozen=True, kw_only=True):
    learning_card: LearningCard | None = None
    member_card: MemberCard | None = None


class Withdraw(Part, frozen=True, kw_only=True):
    """Leaving the programme (报删): who applies, who reviews in order, until when it arrives at the last reviewer."""

    label: Text
    apply: Literal["self", "unit"]
    review: tuple[Level, ...]
    due: DateText
    forms: tuple[Literal["excel", "stamped_pdf"], ...] = ()
    personal_ok: bool = False
    clause: Text | None = None


class Enrol(Part, frozen=True, kw_only=True):
    """How people come in and go out."""

    modes: tuple[EnrolMode, ...] = ()
    fields: tuple[EnrolField, ...] = ()
    simultaneous: tuple[Literal["in", "out"], ...] = ()
    rights: Literal["equal"] | None = None
    classes: Classes | None = None
    class_per: Literal["school"] | None = None
    report_up: ReportUp | None = None
    account: Account | None = None
    spaces: dict[str, SpaceType] = {}
    card: Cards | None = None
    flow: dict[EnrolMode, tuple[Slug, ...]] = {}
    join_by: DateText | None = None
    urged_by: Literal["school", "county"] | None = None
    withdraw: Withdraw | None = None
    clause: Text | None = None


class After(Part, frozen=True, kw_only=True):
    """What stays open when the year is over."""

    open: Literal["forever"] | None = None
    login: Literal["same_account"] | None = None
    services: tuple[Literal["resources", "follow_up_guidance", "courses", "discussion"], ...] = ()
    clause: Text | None = None


Docs = tuple[LongText, ...]
