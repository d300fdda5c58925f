"""What happens to files."""

from yanxiu.records.events import EventType


class FileEvent(EventType):
    """The life of a stored file."""

    STORED = ("stored", "file", "上传文件")
    DELETED = ("deleted", "file", "删除文件")
    CONVERTED = ("converted", "file", "转换文件")
    NOT_CONVERTED = ("failed_to_convert", "file", "文件没有转成")
    CONVERSION_ASKED = ("asked_to_convert", "file", "要求再转文件")
