"""The keys under which what is typed into questions, papers and exams is kept: what keeps and what clears agree here."""


def question_key(kind: str, question_id: int | None) -> str:
    """Return the key of a question of a kind; None for one that does not exist yet."""
    return f"question new {kind}" if question_id is None else f"question {question_id}"


def paper_key(paper_id: int) -> str:
    """Return the key of a draft paper."""
    return f"paper {paper_id}"


def exam_key(exam_id: int) -> str:
    """Return the key of the draft of an exam."""
    return f"exam {exam_id}"


def new_exam_key(programme_id: int, resit_of_id: int | None) -> str:
    """Return the key of an exam that does not exist yet, of a resit when it names one."""
    return f"exam of {programme_id} for {resit_of_id or 0}"
