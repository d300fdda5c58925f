"""Why a converter makes nothing; turned into the sentence that people read."""

LACKING = "这台服务器没有装 ffmpeg，不转多种清晰度"


class FailedError(Exception):
    """The bytes cannot be converted; the message says what and how to mend it."""


class UnneededError(Exception):
    """There is nothing to make: no sound in the film, or no means on this machine."""
