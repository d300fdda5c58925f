"""Bytes as text: what people's programs save, told apart by their marks and by what cannot be otherwise."""

import codecs

from yanxiu.assessment.exchange.shape import BadQuestionFile

_MARKS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
_UNPRINTABLE = frozenset(map(chr, [*range(9), *range(14, 27), *range(28, 32)]))


def decoded(data: bytes) -> str:
    """Return the text with `\\n` for line ends. Raises BadQuestionFile for bytes that are no text in UTF-8, GBK or UTF-16."""
    text = _text_of(data).replace("\r\n", "\n").replace("\r", "\n")
    if not _UNPRINTABLE.isdisjoint(text[:4_000]):
        raise BadQuestionFile("这不是文本文件，里面是程序才看得懂的内容。请存成 .xlsx、.docx、.txt 或 .xml 再导入。")
    return text.replace("\x00", "")


def _text_of(data: bytes) -> str:
    encodings = [next((encoding for mark, encoding in _MARKS if data.startswith(mark)), "utf-8")]
    encodings += ["gb18030"] if encodings == ["utf-8"] else []
    farthest = 0
    for encoding in encodings:
        try:
            return data.decode(encoding)
        except UnicodeDecodeError as error:
            farthest = max(farthest, error.start)
    line = data[:farthest].count(b"\n") + 1
    raise BadQuestionFile(f"第 {line} 行有读不出的字符，编码不对或文件损坏。请用记事本另存为 UTF-8 再导入。")
