"""How domains name what happens: an event is a verb and the type of its object, with its Chinese word."""

from enum import Enum
from typing import Protocol


class Happening(Protocol):
    """What a record needs to know of an event: a verb and the type of its object (a rehearsal states them freely)."""

    @property
    def verb(self) -> str: ...

    @property
    def object_type(self) -> str: ...


class EventType(Enum):
    """Base of a domain's events. Each member is `(verb, object_type, zh)`.

    >>> class CourseEvent(EventType):
    ...     PUBLISHED = ("published", "course", "发布课程")
    """

    def __init__(self, verb: str, object_type: str, zh: str) -> None:
        self.verb = verb
        self.object_type = object_type
        self.zh = zh

    @property
    def key(self) -> str:
        return f"{self.verb} {self.object_type}"
