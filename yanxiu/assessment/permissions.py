"""Who may take, write, mark and look: a check that raises with the reason, and the matching set."""

from datetime import datetime

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from yanxiu.access.permissions import Permission
from yanxiu.assessment.models import Attempt, Observation, PeerReview, Rubric, RubricDraft, Submission, SubmissionState
from yanxiu.assessment.queries.study import block_of_step, blocks_of_case
from yanxiu.catalogue.models import LessonCase, Step
from yanxiu.kit.actor import Actor
from yanxiu.kit.errors import Conflict, NotFound, NotPermitted
from yanxiu.kit.rules import check_may, within
from yanxiu.orgs.models import Org
from yanxiu.programmes.models import Enrolment, EnrolmentState, Programme, ProgrammeState
from yanxiu.programmes.permissions import WindowClosed, check_window_open
from yanxiu.programmes.plan.schema.work import Block
from yanxiu.programmes.queries.windows import Span, moment_words, window_of

VIEW = Permission.ASSESSMENT_VIEW
WRITE = Permission.ASSESSMENT_WRITE
GRADE = Permission.ASSESSMENT_GRADE


def own_enrolments(actor: Actor) -> QuerySet[Enrolment]:
    """Return the actor's own participations."""
    return Enrolment.objects.filter(person_id=actor.person_id) if actor.person_id is not None else Enrolment.objects.none()


def check_can_study(actor: Actor, enrolment: Enrolment) -> None:
    """Raise NotPermitted unless the actor is the participant, Conflict when the participation or the programme is over."""
    if actor.person_id is None or actor.person_id != enrolment.person_id:
        raise NotPermitted(_("测试、作业和观课报告由参训教师本人做，别人不能代做。"))
    if enrolment.state != EnrolmentState.ACTIVE:
        raise Conflict(_("您已从这个项目报删，做了不再计入。有疑问请找学校管理员。"))
    if enrolment.programme.state != ProgrammeState.RUNNING:
        raise Conflict(_("%(title)s已结束，做了不再计入。") % {"title": enrolment.programme.title})


def check_can_take(actor: Actor, enrolment: Enrolment, step: Step, *, at: datetime) -> None:
    """Raise unless the actor may begin the step's test or homework now."""
    check_can_study(actor, enrolment)
    check_step_open(enrolment, step, at=at)


def check_can_report(actor: Actor, enrolment: Enrolment, case: LessonCase, *, at: datetime) -> None:
    """Raise unless the actor may write a report on the case now."""
    check_can_observe(actor, enrolment, case)
    check_case_open(enrolment, case, at=at)


def check_can_reopen(actor: Actor) -> None:
    """Raise NotPermitted unless the system acts: a report is opened again because its case is begun anew."""
    if not actor.is_system:
        raise NotPermitted(_("交了的观课报告不能手工重开，按核查决定重新观课时自动重开。"))


def check_step_open(enrolment: Enrolment, step: Step, *, at: datetime) -> Span | None:
    """Return the window in which the step counts (None = undated). Raises WindowClosed, NotFound. Cost: 2 queries."""
    return _check_block_open(enrolment, block_of_step(enrolment, step), at=at)


def check_case_open(enrolment: Enrolment, case: LessonCase, *, at: datetime) -> Span | None:
    """Return the window in which a report on the case counts (None = undated). Raises WindowClosed. Cost: one query."""
    return _check_block_open(enrolment, next(iter(blocks_of_case(enrolment, case)), None), at=at)


def visible_attempts(actor: Actor) -> QuerySet[Attempt]:
    """Return the attempts the actor may see: the own ones, and those handed in within the scope."""
    return Attempt.objects.filter(_own(actor) | _in_scope(actor, VIEW) & Q(submitted_at__isnull=False))


def check_can_see_attempt(actor: Actor, attempt: Attempt) -> None:
    """Raise NotFound unless the attempt is the actor's own, or handed in within the scope."""
    if not (_is_own(actor, attempt.enrolment) or (not attempt.is_open and _reaches(actor, VIEW, attempt.enrolment))):
        raise NotFound(_("没有找到这次测试。请从“我的课程”里打开。"))


def own_attempts(actor: Actor) -> QuerySet[Attempt]:
    """Return the attempts that the actor himself makes."""
    return Attempt.objects.filter(enrolment__in=own_enrolments(actor)).select_related("enrolment__programme", "step__course")


def visible_submissions(actor: Actor) -> QuerySet[Submission]:
    """Return the homework the actor may see: the own, and what was handed in within the scope of looking or marking."""
    handed_in = ~Q(state=SubmissionState.DRAFT)
    return Submission.objects.filter(_own(actor) | (_in_scope(actor, VIEW) | _in_scope(actor, GRADE)) & handed_in)


def check_can_see_submission(actor: Actor, submission: Submission) -> None:
    """Raise NotFound unless the homework is the actor's own, or handed in within the scope."""
    reaches = any(_reaches(actor, permission, submission.enrolment) for permission in (VIEW, GRADE))
    if not (_is_own(actor, submission.enrolment) or (reaches and submission.state != SubmissionState.DRAFT)):
        raise NotFound(_("没有找到这份作业。它可能还没有交，或不在您当前身份的范围里。"))


def markable_submissions(actor: Actor) -> QuerySet[Submission]:
    """Return the homework that waits for the actor's mark: in the scope, and nobody's own."""
    waiting = Submission.objects.filter(_in_scope(actor, GRADE), state=SubmissionState.SUBMITTED)
    return waiting.exclude(enrolment__person_id=actor.person_id) if actor.person_id is not None else waiting


def check_can_mark(actor: Actor, submission: Submission) -> None:
    """Raise unless the actor sees the homework, marks for its unit, and did not write it. Whether it waits is its state's matter."""
    check_can_see_submission(actor, submission)
    if _is_own(actor, submission.enrolment):
        raise NotPermitted(_("自己的作业不能由自己批阅，请其他指导教师批阅。"))
    enrolment = submission.enrolment
    check_may(
        actor, GRADE, _("作业由本单位或上级的指导教师批阅。"), path=enrolment.unit_path, programme_id=enrolment.programme_id
    )  # fmt: skip


def markable_or_marked(actor: Actor) -> QuerySet[Submission]:
    """Return others' homework in the actor's scope of marking that was handed in, whatever became of it."""
    found = Submission.objects.filter(_in_scope(actor, GRADE)).exclude(state=SubmissionState.DRAFT)
    return found.exclude(enrolment__person_id=actor.person_id) if actor.person_id is not None else found


def check_may_mark(actor: Actor) -> None:
    """Raise NotPermitted unless the actor marks homework somewhere."""
    check_may(actor, GRADE, _("作业由本单位或上级的指导教师批阅。"))


def check_is_somebody(actor: Actor) -> None:
    """Raise NotPermitted for nobody: the caller has asked what exactly may be done."""
    if actor.is_anonymous:
        raise NotPermitted(_("请先登录。"))


def visible_peer_reviews(actor: Actor) -> QuerySet[PeerReview]:
    """Return the reviews the actor may see: the own ones, those of the own work, and those of work in the scope of marking."""
    own = Q(pk__in=[])
    if actor.person_id is not None:
        own = Q(reviewer__person_id=actor.person_id) | Q(author__person_id=actor.person_id, submitted_at__isnull=False)
    return PeerReview.objects.filter(own | _in_scope(actor, GRADE, of="author__") & Q(submitted_at__isnull=False))


def check_can_see_peer_review(actor: Actor, review: PeerReview) -> None:
    """Raise NotFound unless the review is the actor's own, or done and about the own work or work in the scope of marking."""
    is_done = review.submitted_at is not None
    reaches = is_done and (_is_own(actor, review.author) or _reaches(actor, GRADE, review.author))
    if not (_is_own(actor, review.reviewer) or reaches):
        raise NotFound(_("没有找到这份互评。请从作业页里打开。"))


def check_can_review(actor: Actor, review: PeerReview) -> None:
    """Raise NotFound unless the piece was given to the actor, Conflict when the participation or the programme is over."""
    if not _is_own(actor, review.reviewer):
        raise NotFound(_("没有找到这份互评。请从作业页里打开。"))
    check_can_study(actor, review.reviewer)


def check_can_reply(actor: Actor, review: PeerReview) -> None:
    """Raise NotFound unless it is a done review of the actor's own work."""
    if not _is_own(actor, review.author) or review.submitted_at is None:
        raise NotFound(_("没有找到这条评语。请从作业页里打开。"))


def check_can_lead_peers(actor: Actor, programme: Programme) -> None:
    """Raise NotFound unless the actor marks homework of somebody in the programme. Cost: one query."""
    if not Enrolment.objects.filter(_in_scope(actor, GRADE, of=""), programme=programme).exists():
        raise NotFound(_("没有找到这个项目的互评，或不在您当前身份的范围里。"))


def led_reviewers(actor: Actor, programme: Programme) -> list[int]:
    """Return the ids of the participants of the programme whose homework the actor marks. Raises NotFound for none. Cost: one query."""
    found = list(Enrolment.objects.filter(_in_scope(actor, GRADE, of=""), programme=programme).values_list("pk", flat=True))
    if not found:
        raise NotFound(_("没有找到这个项目的互评，或不在您当前身份的范围里。"))
    return found


def visible_observations(actor: Actor) -> QuerySet[Observation]:
    """Return the observations the actor may see: the own ones, and those handed in within the scope."""
    return Observation.objects.filter(_own(actor) | _in_scope(actor, VIEW) & Q(submitted_at__isnull=False))


def check_can_see_observation(actor: Actor, observation: Observation) -> None:
    """Raise NotFound unless the observation is the actor's own, or handed in within the scope."""
    reaches = observation.submitted_at is not None and _reaches(actor, VIEW, observation.enrolment)
    if not (_is_own(actor, observation.enrolment) or reaches):
        raise NotFound(_("没有找到这份观课报告。它可能还没有交，或不在您当前身份的范围里。"))


def observable_cases(enrolment: Enrolment) -> QuerySet[LessonCase]:
    """Return the published cases of the participant's stage and subject that are not her own lesson (W-22)."""
    published = LessonCase.objects.filter(published_at__isnull=False, withdrawn_at__isnull=True)
    own = Q(author_id__isnull=False, author_id=enrolment.person_id)
    return published.filter(stage=enrolment.stage, subject=enrolment.subject).exclude(own)


def observable_or_observed_cases(enrolment: Enrolment) -> QuerySet[LessonCase]:
    """Return the cases to observe, and those begun before they were withdrawn: what was written stays readable."""
    begun = LessonCase.objects.filter(pk__in=Observation.objects.filter(enrolment=enrolment).values("case"))
    return observable_cases(enrolment) | begun


def check_can_observe(actor: Actor, enrolment: Enrolment, case: LessonCase) -> None:
    """Raise unless the actor is the participant, and the case is published, of her stage and subject, and another's."""
    check_can_study(actor, enrolment)
    if not case.is_published:
        raise Conflict(_("课例“%(title)s”已经撤下，不再收观课报告。") % {"title": case.title})
    if (case.stage, case.subject) != (enrolment.stage, enrolment.subject):
        words = {"title": case.title, "theirs": f"{case.stage}{case.subject}", "mine": f"{enrolment.stage}{enrolment.subject}"}
        raise NotPermitted(_("课例“%(title)s”是%(theirs)s的课，您在这个项目里是%(mine)s。请观评本学段学科的课例。") % words)
    if case.author_id is not None and case.author_id == enrolment.person_id:
        raise NotPermitted(_("“%(title)s”是您自己的课，不能由自己观评。") % {"title": case.title})


def visible_scored_cases(actor: Actor) -> QuerySet[LessonCase]:
    """Return the cases whose scores the actor may see: the own lessons, and those whose owner lies in the scope."""
    found = Q(author_id=actor.person_id) if actor.person_id is not None else Q(pk__in=[])
    for path in actor.paths(VIEW):
        found |= Q(owner__path__startswith=path)
    return LessonCase.objects.filter(found)


def check_can_see_scores(actor: Actor, case: LessonCase) -> None:
    """Raise NotFound unless the lesson is the actor's own, or its owner lies in the scope."""
    is_own = actor.person_id is not None and actor.person_id == case.author_id
    if not (is_own or actor.may(VIEW, path=case.owner.path)):
        raise NotFound(_("没有找到这节课例的评价。授课教师本人和课例所属单位可以看。"))


def check_can_publish_rubric(actor: Actor, owner: Org) -> None:
    """Raise NotPermitted unless the actor writes assessment for the unit."""
    check_may(actor, WRITE, _("评价标准由本单位的方案设计人员发布，学校的由学校管理员发布。"), path=owner.path)


def visible_rubrics(actor: Actor) -> QuerySet[Rubric]:
    """Return the rubrics the actor may look at: those of the units where rubrics are written or homework is marked, and of all above."""
    return Rubric.objects.filter(_of_owner(actor))


def check_can_see_rubric(actor: Actor, rubric: Rubric) -> None:
    """Raise NotFound unless the rubric is of a unit in the scope of writing or marking, or above it."""
    if not any(path.startswith(rubric.owner.path) or rubric.owner.path.startswith(path) for path in _judging(actor)):
        raise NotFound(_("没有找到这份评价标准，或不在您当前身份的范围里。"))


def visible_rubric_drafts(actor: Actor) -> QuerySet[RubricDraft]:
    """Return the drafts of units for which the actor writes rubrics."""
    found = Q(pk__in=[])
    for path in actor.paths(WRITE):
        found |= Q(owner__path__startswith=path)
    return RubricDraft.objects.filter(found)


def check_is_system(actor: Actor) -> None:
    """Raise NotPermitted for anybody but the program itself."""
    if not actor.is_system:
        raise NotPermitted(_("到点收卷由后台办理。"))


def _check_block_open(enrolment: Enrolment, block: Block | None, *, at: datetime) -> Span | None:
    if block is None or block.window is None:
        check_window_open(enrolment.version_id, "learn", at=at, role=enrolment.role, unit_path=enrolment.unit_path)
        return None
    span = window_of(enrolment.version_id, block.window, enrolment.unit_path)
    state = span.state(at) if span else "undated"
    if span and span.starts_at is not None and state == "before":
        words = {"label": span.label, "moment": moment_words(span.starts_at, at=at)}
        raise WindowClosed(_("%(label)s %(moment)s 开始，现在做的不计入，到时再来。") % words)
    if span and span.ends_at is not None and state == "closed":
        words = {"label": span.label, "moment": moment_words(span.ends_at, at=at, is_end=True)}
        raise WindowClosed(_("%(label)s %(moment)s 已截止，现在交的不再计入。要补，请学校管理员向发布单位申请延期。") % words)
    return span


def _own(actor: Actor) -> Q:
    return Q(enrolment__person_id=actor.person_id) if actor.person_id is not None else Q(pk__in=[])


def _is_own(actor: Actor, enrolment: Enrolment) -> bool:
    return actor.person_id is not None and actor.person_id == enrolment.person_id


def _in_scope(actor: Actor, permission: str, *, of: str = "enrolment__") -> Q:
    return within(actor, permission, path=f"{of}unit_path", programme=f"{of}programme_id")


def _reaches(actor: Actor, permission: str, enrolment: Enrolment) -> bool:
    return actor.may(permission, path=enrolment.unit_path, programme_id=enrolment.programme_id)


def _judging(actor: Actor) -> list[str]:
    return [*actor.paths(WRITE), *actor.paths(GRADE)]


def _of_owner(actor: Actor) -> Q:
    found = Q(pk__in=[])
    for path in _judging(actor):
        found |= Q(owner__path__startswith=path)
        found |= Q(owner__path__in=[path[: place + 1] for place, letter in enumerate(path) if letter == "/"])
    return found
