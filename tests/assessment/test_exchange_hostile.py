"""Hostile question files: each is answered with a sentence that says where, none takes long, none is calculated."""

import contextlib
import io
import time
import zipfile

import pytest

from tests.assessment.exchange_samples import read
from yanxiu.assessment.exchange import BadQuestionFile
from yanxiu.assessment.exchange.shape import MOST_QUESTIONS

BOMB = '<?xml version="1.0"?><!DOCTYPE q [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;">]>'
OUTSIDE = '<?xml version="1.0"?><!DOCTYPE q [<!ENTITY x SYSTEM "file:///etc/passwd">]>'
ITEM = '<assessmentItem title="t"><itemBody><p>说明</p></itemBody></assessmentItem>'
TYPES = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
SECONDS = 6  # of processor time for a line of 190,000 characters; what blows up takes minutes
LONG = 190_000


def zipped(*members: tuple[str, bytes | str]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members:
            archive.writestr(name, data)
    return buffer.getvalue()


def document(body: str, before: str = "") -> bytes:
    return zipped(("[Content_Types].xml", f'<Types><Override ContentType="{TYPES}"/></Types>'), ("word/document.xml", before + body))


@pytest.mark.parametrize(
    ("data", "name", "words"),
    [
        (b"", "题.txt", "文件是空的"),
        (f"{BOMB}<quiz>&b;</quiz>".encode(), "题.xml", "带着 DTD 或实体声明"),
        (f"{OUTSIDE}<questestinterop>&x;</questestinterop>".encode(), "题.xml", "带着 DTD 或实体声明"),
        (document("<document>&b;</document>", BOMB), "题.docx", "“document.xml”带着 DTD"),
        (zipped(("items/q.xml", f"{OUTSIDE}{ITEM}")), "题.zip", "“items/q.xml”带着 DTD"),
        (zipped(("../q.xml", ITEM)), "题.zip", "想写到包外面去"),
        (zipped(("a.xml", ITEM), ("A.xml", ITEM)), "题.zip", "只差大小写"),
        (zipped(("q.xml", b"0" * 60_000_000)), "题.zip", "展开后是压缩时的"),
        (zipped(("readme.txt", "没有题目")), "题.imscc", "压缩包里没有 QTI 题目"),
        (zipped(("word/document.xml", b"0" * 60_000_000)), "题.docx", "展开后是压缩时的"),
        (document("<document/>").replace(b"document.xml", b"documnet.xml"), "题.docx", "这不是 Word 文档"),
        (zipped(("word/document.xml", "<document/>"), ("word/vbaProject.bin", "x")), "题.docx", "带着宏"),
        (("<quiz>" + "<a>" * 500).encode(), "题.xml", "嵌套超过 120 层"),
        (b"<quiz><question></quiz>", "题.xml", "不合 XML 的写法"),
        (b"<rss><channel/></rss>", "题.xml", "没有题目"),
        (b"<!DOCTYPE html><html><body>1</body></html>", "题.txt", "这是网页"),
        (b"%PDF-1.7 x", "题.docx", "这是 PDF"),
        (b"Rar!\x1a\x07", "题.zip", "这是 RAR"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"x" * 100, "题.xlsx", "旧格式"),
        (b"\x1f\x8b\x08" + b"x" * 20, "题.mbz", "GZIP"),
        (b"{\\rtf1 x}", "题.doc", "RTF"),
        ("一、题\n1. 甲？".encode() + b"\xff\xfe\x81", "题.txt", "第 2 行有读不出的字符"),
        (b"PK\x03\x04" + b"x" * 60, "题.zip", "打不开"),
        (b"\x00\x01\x02\x03" * 50, "题.txt", "不是文本文件"),
        (("甲" * 3_500_000 + "{=乙}").encode(), "题.gift", "有一行长"),
        ("今天天气很好。".encode(), "题.txt", "看不出是哪种题目格式"),
        (("谁？{T}\n\n" * (MOST_QUESTIONS + 1)).encode(), "题.gift", "最多 2,000 题"),
    ],
)
def test_a_file_that_cannot_be_read_says_what_and_where(data, name, words):
    with pytest.raises(BadQuestionFile) as caught:
        read(data, name)
    assert words in caught.value.message
    assert "passwd" not in caught.value.message


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("<quiz><question type='cloze'><questiontext><text>{1:SHORTANSWER:={1:SHORTANSWER:=甲}}</text></questiontext></question></quiz>", "空里面又有空"),
        ("<quiz><question type='calculated'><questiontext><text>{=2**9**9}</text></questiontext></question></quiz>", "不执行公式"),
        ("<quiz><question type='stack'><questiontext><text>x</text></questiontext></question></quiz>", "不执行"),
        ("<quiz><question type='numerical'><questiontext><text>几</text></questiontext><answer fraction='100'><text>1e999999999</text></answer></question></quiz>", "不是能用的数"),
        ("几？{#9**9**9}", "不是能用的数"),
        ("甲{{=一}}", "花括号里面又有花括号"),
        ("甲{=一", "没有配上右花括号"),
    ],
)  # fmt: skip
def test_a_question_that_cannot_come_says_why(text, words):
    reading, _ = read(text.encode(), "题.txt" if text.startswith("<") else "题.gift")
    assert reading.understood == ()
    assert words in reading.refused[0].reason


def test_a_gigantic_cell_is_refused_with_its_row():
    from yanxiu.assessment.exchange import sheet_writing
    from yanxiu.assessment.exchange.shape import Refused

    cells = {"题型": "判断题", "题干": "长" * 30_000, "答案": "对"}
    data = sheet_writing.refused([Refused(place="第 1 行", excerpt="", reason="", cells=cells)])
    reading, _ = read(data, "题.xlsx")
    (refused,) = reading.refused
    assert (refused.place, "最多 5000 个字符" in refused.reason) == ("第 2 行", True)


@pytest.mark.parametrize(
    "piece",
    ["{", "}", "::", "{=", "~%", "\\", "(A", "（", "A. ", "  B. ", "_", "**", "$", "<a ", "<", "&", "&#", "[[", "![", "](file:", "答案：", "1. ", "【", "①", "{1:SHORTANSWER:", "\\(", "x\ty "],
)  # fmt: skip
@pytest.mark.parametrize("frame", ["1. 甲{}\nA. 一\nB. 二\n答案：A\n", "甲 {} {{=乙 ~丙}}\n", "甲 {}\nA. 一\nB. 二\nANSWER: A\n"])
def test_no_text_takes_long(piece, frame):
    before, after = frame.replace("{{", "\x01").replace("}}", "\x02").split("{}")
    text = (before + piece * (LONG // len(piece)) + after).replace("\x01", "{").replace("\x02", "}")
    began = time.process_time()
    with contextlib.suppress(BadQuestionFile):
        read(text.encode(), "题.txt")
    assert time.process_time() - began < SECONDS


@pytest.mark.parametrize("piece", ["<p>", "<b>", "<sup>", "<img src='x'>", "\\(", "**", "{1:SA:=x}", "&lt;"])
def test_no_html_takes_long(piece):
    body = piece * (LONG // len(piece))
    text = f"<quiz><question type='cloze'><questiontext><text><![CDATA[{body}]]></text></questiontext></question></quiz>"
    began = time.process_time()
    read(text.encode(), "题.xml")
    assert time.process_time() - began < SECONDS
