"""Captions: WebVTT and SubRip in the encodings of China become WebVTT in UTF-8, or are refused with the line."""

import io

import pytest

from tests.files.factories import AT, stored_file, stored_row
from yanxiu.files import actions, queries
from yanxiu.files.inspection import Unusable
from yanxiu.files.kinds import Kind
from yanxiu.kit.actor import SYSTEM

pytestmark = [pytest.mark.django_db, pytest.mark.slow]  # each file is looked at by a process of its own
SRT = "1\r\n00:00:01,000 --> 00:00:03,500\r\n老师们好，\r\n今天讲课堂提问。\r\n\r\n2\r\n00:00:04,000 --> 00:00:06,000\r\n<i>先看</i>一个<font color=red>例子</font>\r\n"


def store(content: bytes, name: str = "第一讲.srt"):
    return actions.store(content=io.BytesIO(content), name=name, kind=Kind.CAPTIONS, by=SYSTEM, at=AT)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "gbk", "gb18030"])
def test_subrip_in_any_encoding_becomes_webvtt(encoding):
    file = store(SRT.encode(encoding))

    assert (file.name, file.media_type, file.seconds) == ("第一讲.vtt", "text/vtt", 6)
    assert queries.text(file) == (
        "WEBVTT\n\n00:00:01.000 --> 00:00:03.500\n老师们好，\n今天讲课堂提问。\n\n00:00:04.000 --> 00:00:06.000\n<i>先看</i>一个例子\n"
    )


def test_webvtt_keeps_its_places_and_loses_what_could_act():
    vtt = (
        "WEBVTT - 第一讲\n\nSTYLE\n::cue { background: url(https://x.test/a) }\n\nNOTE 一条备注 --> 不算\n\nq1\n"
        "00:01.000 --> 00:02.000 align:start onclick:x\n<v 王老师>a < b &amp; c</v><script>1</script>\n"
    )

    text = queries.text(store(vtt.encode(), "a.vtt"))

    assert "<v 王老师>" in text
    assert "<script>" not in text
    assert "url(" not in text
    assert "onclick" not in text
    assert "align:start" in text


def test_the_transcript_is_found_again():
    file = store(SRT.encode("gbk"))
    lines = queries.lines(file)

    assert [(line.start, line.end, line.text) for line in lines] == [
        (1.0, 3.5, "老师们好， 今天讲课堂提问。"),
        (4.0, 6.0, "先看一个例子"),
    ]
    assert [line.start for line in queries.found(lines, "课堂 提问")] == [1.0]
    assert queries.found(lines, "  ") == []
    assert queries.found(lines, "没有的词") == []
    assert queries.transcripts([file.pk]) == {file.pk: "老师们好， 今天讲课堂提问。\n先看一个例子"}
    assert queries.lines(stored_row()) == []


@pytest.mark.parametrize(
    ("content", "name", "reason"),
    [
        (SRT.replace("00:00:04,000", "00:00:0x,000"), "a.srt", "第 7 行"),
        (SRT.replace("00:00:03,500", "00:00:00,500"), "a.srt", "第 2 行的结束时间不在开始时间之后"),
        (SRT, "a.vtt", "第 1 行应是 WEBVTT"),
        ("只有字，没有时间", "a.srt", "0 条"),
        ("1\n00:00:01,000 --> 00:00:02,000\n" + "长" * 1_001, "a.srt", "第 3 行有 1001 个字"),
        ("\x00\x01\x02" * 50, "a.srt", "编码认不出来"),
        (SRT * 11_000, "a.srt", "超过 1 MB|条，应在"),
    ],
)
def test_what_is_wrong_is_refused_with_its_line(content, name, reason):
    with pytest.raises(Unusable, match=reason):
        store(content.encode(), name)


def test_the_factory_still_makes_captions():
    assert queries.lines(stored_file())[0].text == "带着问题进课堂"
