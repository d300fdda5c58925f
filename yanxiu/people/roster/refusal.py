"""Why a whole file cannot be read."""

from yanxiu.kit.errors import Invalid


class BadRoster(Invalid):
    """The file cannot be read as a roster; nothing was stored."""

    code = "bad_roster"

    def __init__(self, message: str) -> None:
        super().__init__(message, field="file")
