"""The keys under which what is typed in a space is kept until it is sent: the form that keeps and the action that clears agree here."""


def thread_key(space_id: int, kind: str) -> str:
    """Return the key of a new thread of a kind in a space."""
    return f"space {space_id} {kind}"


def part_key(thread_id: int) -> str:
    """Return the key of a reply or answer to a thread."""
    return f"thread {thread_id} reply"


def post_key(post_id: int) -> str:
    """Return the key of new words for a post that stands."""
    return f"post {post_id}"


def ballot_key(space_id: int) -> str:
    """Return the key of a ballot that is being asked; a vote opened from the board of problems leaves it."""
    return f"space {space_id} ballot form"


def solution_key(problem_id: int) -> str:
    """Return the key of the solution of a problem."""
    return f"problem {problem_id} solution"


def document_key(space_id: int, kind: str) -> str:
    """Return the key of the next version of a document."""
    return f"space {space_id} document {kind}"


def result_key(activity_id: int) -> str:
    """Return the key of what an activity came to; telling it leaves the half-written reply."""
    return f"activity {activity_id} result"


def case_key(theme_id: int) -> str:
    """Return the key of a case for a theme."""
    return f"theme {theme_id} case"


def follow_key(follow_id: int) -> str:
    """Return the key of the summary of a followed lesson; sharing it leaves the half-written article."""
    return f"follow {follow_id} summary"


def theme_key(space_id: int) -> str:
    """Return the key of a theme that cases are asked for."""
    return f"space {space_id} theme"
