"""Why a parser refuses; turned into the sentence that people read."""


class RefusedError(Exception):
    """The bytes cannot be used; the message says what, where, and how to mend it."""
