"""The question bank, papers, exams and what came of them, for tests."""

from datetime import timedelta
from decimal import Decimal
from itertools import count

from tests.assessment import factories
from tests.programmes import factories as programmes
from yanxiu.assessment import papers
from yanxiu.assessment.bank_words import vector_of
from yanxiu.assessment.models import (
    AnswerMark,
    BankQuestion,
    EnteredScore,
    Exam,
    ExamAllowance,
    ExamMarker,
    KnowledgePoint,
    MarkingClaim,
    MarkingTask,
    Paper,
    ProcessRule,
    ProcessScore,
    QuestionImport,
    QuestionReview,
    QuestionState,
    QuestionStatistic,
    QuestionVersion,
    ResultEdition,
    RulingKind,
    ScoreAppeal,
    ScoreRuling,
    Sitting,
    SittingAnswer,
    SittingDevice,
    SittingResult,
)
from yanxiu.catalogue import content
from yanxiu.orgs.models import Kind, Org
from yanxiu.programmes.models import Enrolment, Programme

_numbers = count(1)
FILLED = content.FillIn(
    stem="观课要记下[[1]]，少写[[2]]。", blanks=(content.Blank(accepts=("证据",)), content.Blank(accepts=("感受", "评语")))
)
ESSAY = content.Written(
    kind="essay", stem="结合一节课谈谈怎样议课。", reference="先事实后判断。", points=("有事实", "有判断"), min_characters=20
)


def _default_owner() -> Org:
    return programmes.org(parent=programmes.org(), kind=Kind.COUNTY)


def programme() -> Programme:
    """A running programme of a new bureau."""
    return factories.programme(_default_owner())


def knowledge_point(**fields) -> KnowledgePoint:
    owner = fields.pop("owner", None) or _default_owner()
    return KnowledgePoint.objects.create(**{"owner": owner, "name": f"课堂观察 {next(_numbers)}", **fields})


def bank_question(question: content.AnyQuestion = factories.QUESTIONS[0], *, is_approved: bool = True, **fields) -> BankQuestion:
    """A question with its first version, approved unless said."""
    owner = fields.pop("owner", None) or _default_owner()
    row = BankQuestion.objects.create(
        **{
            "owner": owner, "type": content.type_of(question), "created_at": factories.AT, "state": QuestionState.DRAFT,
            "words": vector_of(question), **fields,
        }
    )  # fmt: skip
    version = question_version(question=row, content=content.write(question))
    if is_approved:
        row.approved, row.state = version, QuestionState.APPROVED
        row.save(update_fields=["approved", "state"])
    return row


def question_version(**fields) -> QuestionVersion:
    if "question" not in fields:
        row = bank_question(is_approved=False)
        return QuestionVersion.objects.get(question=row)
    number = QuestionVersion.objects.filter(question=fields["question"]).count() + 1
    return QuestionVersion.objects.create(**{"number": number, "digest": f"{next(_numbers):064x}", "written_at": factories.AT, **fields})


def question_review(**fields) -> QuestionReview:
    version = fields.pop("version", None) or question_version()
    return QuestionReview.objects.create(
        **{"version": version, "is_approved": True, "reviewed_at": factories.AT, "reviewer": "审题人", **fields}
    )


def question_statistic(**fields) -> QuestionStatistic:
    version = fields.pop("version", None) or question_version()
    return QuestionStatistic.objects.create(**{"version": version, "answers": 40, "mean_share": Decimal("0.7250"), **fields})


def paper(*questions: content.AnyQuestion, points: Decimal = Decimal(10), **fields) -> Paper:
    """A published paper of one section with the questions given, `points` each."""
    owner = fields.pop("owner", None) or _default_owner()
    rows = [bank_question(question, owner=owner) for question in questions or factories.QUESTIONS]
    fixed = tuple(papers.Fixed(version=row.approved_id or 0, points=points) for row in rows)
    sections = (papers.Section(title="一、客观题", fixed=fixed),)
    return Paper.objects.create(
        **{
            "owner": owner, "title": f"期末网上考核 {next(_numbers)}", "sections": papers.write(sections), "created_at": factories.AT,
            "points": papers.points_of(sections), "published_at": factories.AT, **fields,
        }
    )  # fmt: skip


def exam(**fields) -> Exam:
    """An announced exam that is open at `factories.AT`: 60 minutes, until two hours later."""
    one = fields.pop("programme", None) or programme()
    fields.setdefault("paper", None)
    fields["paper"] = fields["paper"] or paper(owner=one.owner)
    return Exam.objects.create(
        **{
            "programme": one, "title": f"网上考核 {next(_numbers)}", "opens_at": factories.AT - timedelta(hours=1),
            "closes_at": factories.AT + timedelta(hours=2), "minutes": 60, "created_at": factories.AT - timedelta(days=3),
            "announced_at": factories.AT - timedelta(days=2), **fields,
        }
    )  # fmt: skip


def candidate(found: Exam) -> Enrolment:
    """A participant of the exam's programme."""
    return factories.participant(found.programme, programmes.org(parent=found.programme.owner))


def exam_allowance(**fields) -> ExamAllowance:
    found = fields.pop("exam", None) or exam()
    enrolment = fields.pop("enrolment", None) or candidate(found)
    return ExamAllowance.objects.create(
        **{"exam": found, "enrolment": enrolment, "extra_minutes": 30, "reason": "视力障碍", "given_at": factories.AT, **fields}
    )


def sitting(**fields) -> Sitting:
    """An open sitting, begun at `factories.AT`, of all the fixed questions in their order."""
    found = fields.pop("exam", None) or exam()
    enrolment = fields.pop("enrolment", None) or candidate(found)
    sections = papers.read(found.paper.sections)
    sheet = tuple(
        papers.Asked(version=one.version, points=one.points, section=number)
        for number, section in enumerate(sections)
        for one in section.fixed
    )
    return Sitting.objects.create(
        **{
            "exam": found, "enrolment": enrolment, "number": 1, "sheet": papers.write_sheet(sheet), "started_at": factories.AT,
            "ends_at": factories.AT + timedelta(minutes=found.minutes), **fields,
        }
    )  # fmt: skip


def sitting_device(**fields) -> SittingDevice:
    row = fields.pop("sitting", None) or sitting()
    return SittingDevice.objects.create(**{"sitting": row, "lease": 1, "device": "abc", "agent": "手机", "since": factories.AT, **fields})


def sitting_answer(**fields) -> SittingAnswer:
    row = fields.pop("sitting", None) or sitting()
    return SittingAnswer.objects.create(
        **{"sitting": row, "number": 1, "given": [1], "written_at": factories.AT, "saved_at": factories.AT, **fields}
    )


def answer_mark(**fields) -> AnswerMark:
    row = fields.pop("sitting", None) or sitting()
    return AnswerMark.objects.create(
        **{"sitting": row, "number": 1, "round": 1, "points": Decimal(6), "marked_at": factories.AT, "marker": "阅卷教师", **fields}
    )


def marking_claim(**fields) -> MarkingClaim:
    row = fields.pop("sitting", None) or sitting()
    until = factories.AT + timedelta(minutes=20)
    return MarkingClaim.objects.create(**{"sitting": row, "number": 1, "round": 1, "marker_id": 1, "until": until, **fields})


def sitting_result(**fields) -> SittingResult:
    row = fields.pop("sitting", None) or sitting(handed_in_at=factories.AT + timedelta(minutes=40))
    return SittingResult.objects.create(
        **{
            "sitting": row, "edition": 1, "points_each": ["10", "10", "0"], "points": Decimal(20), "score": Decimal("66.67"),
            "passed": True, "computed_at": factories.AT, **fields,
        }
    )  # fmt: skip


def score_appeal(**fields) -> ScoreAppeal:
    row = fields.pop("sitting", None) or sitting_result().sitting
    return ScoreAppeal.objects.create(**{"sitting": row, "number": 1, "reason": "第 1 题我选的是 B。", "filed_at": factories.AT, **fields})


def entered_score(**fields) -> EnteredScore:
    enrolment = fields.pop("enrolment", None) or candidate(exam())
    return EnteredScore.objects.create(
        **{"programme": enrolment.programme, "enrolment": enrolment, "assessment": "comprehensive", **fields}
    )


def process_rule(**fields) -> ProcessRule:
    one = fields.pop("programme", None) or programme()
    return ProcessRule.objects.create(**{"programme": one, "assessment": "regular", "parts": [], "set_at": factories.AT, **fields})


def process_score(**fields) -> ProcessScore:
    rule = fields.pop("rule", None) or process_rule()
    enrolment = fields.pop("enrolment", None) or factories.participant(rule.programme, programmes.org(parent=rule.programme.owner))
    return ProcessScore.objects.create(
        **{"rule": rule, "enrolment": enrolment, "each": ["60"], "score": Decimal(60), "released_at": factories.AT, **fields}
    )


def exam_marker(**fields) -> ExamMarker:
    found = fields.pop("exam", None) or exam()
    person = fields.pop("person", None) or programmes.teacher(found.programme.owner)
    return ExamMarker.objects.create(**{"exam": found, "person": person, "appointed_at": factories.AT, **fields})


def marking_task(**fields) -> MarkingTask:
    """The first answer of a sitting waits for its first mark."""
    row = fields.pop("sitting", None) or sitting(exam=exam(paper=paper(ESSAY)))
    asked = papers.read_sheet(row.sheet)[fields.get("number", 1) - 1]
    return MarkingTask.objects.create(
        **{"exam": row.exam, "sitting": row, "number": 1, "version_id": asked.version, "points": asked.points, **fields}
    )


def score_ruling(**fields) -> ScoreRuling:
    """Everybody gets the points of the first question."""
    found = fields.pop("exam", None) or exam()
    version = papers.read(found.paper.sections)[0].fixed[0].version
    return ScoreRuling.objects.create(
        **{
            "exam": found, "kind": RulingKind.EVERYBODY, "version_id": version, "reason": "题干有歧义", "made_at": factories.AT,
            "maker": "教务", **fields,
        }
    )  # fmt: skip


def result_edition(**fields) -> ResultEdition:
    found = fields.pop("exam", None) or exam()
    return ResultEdition.objects.create(
        **{"exam": found, "number": 1, "reason": "第一次出分", "computed_at": factories.AT, "computed_by": 1, **fields}
    )


def question_import(**fields) -> QuestionImport:
    """A question file that waits for a yes, with one question understood."""
    owner = fields.pop("owner", None) or _default_owner()
    plan = {
        "reading": {
            "format": "gift",
            "understood": [{"question": content.write(factories.QUESTIONS[0]), "place": "第 1 行"}],
            "refused": [{"place": "第 3 行", "excerpt": "只是说明", "reason": "不是题目。"}],
        }
    }
    given = {"owner": owner, "source": "题目.gift", "digest": f"{next(_numbers):064d}", "plan": plan, "created_at": factories.AT}
    return QuestionImport.objects.create(**{**given, **fields})
