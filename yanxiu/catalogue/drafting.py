"""The keys under which what authors type is kept until it is stored: the form that keeps and the action that clears agree here."""


def step_key(course_id: int, kind: str, step_id: int | None) -> str:
    """Return the key of a step of a kind; None for one that does not exist yet."""
    return f"course {course_id} new {kind}" if step_id is None else f"step {step_id}"


def resource_key(resource_id: int | None) -> str:
    """Return the key of a resource; None for one that does not exist yet."""
    return "resource new" if resource_id is None else f"resource {resource_id}"
