"""What happens to files."""

from yanxiu.records.events import EventType


class FileEvent(EventType):
    """The life of a stored file."""

    STORED = ("stored", "file", "上传文件")
    DELETED = ("deleted", "file", "删除文件")
