"""Whether content could be studied."""

from urllib.parse import urlsplit

from yanxiu.catalogue.content.questions import check_question
from yanxiu.catalogue.content.shape import Content
from yanxiu.catalogue.content.steps import (
    CueSheet,
    Discussion,
    Document,
    Homework,
    ImageSet,
    Link,
    Offline,
    Package,
    Part,
    Peers,
    QuestionSet,
    Test,
    Text,
)
from yanxiu.kit.errors import Invalid

LONGEST_DWELL_SECONDS = 3600
MOST_PICTURES = 60
MOST_CUES = 60


def check(content: Content) -> None:
    """Raise Invalid, with the place, for content that could not be studied."""
    for kind, judge in _JUDGES.items():
        if isinstance(content, kind):
            judge(content)


def check_cues_fit(sheet: CueSheet, *, seconds: int) -> None:
    """Raise Invalid when a question stands after the end of the film. `seconds` is the film's length."""
    for number, cue in enumerate(sheet.cues, start=1):
        if cue.second >= seconds:
            raise Invalid(f"第 {number} 处提问在 {_clock(cue.second)}，片子只有 {_clock(seconds)}。请改成片中的时刻。", field="cues")


def _check_questions(content: QuestionSet) -> None:
    if not content.questions:
        raise Invalid("还没有题目，至少写一题。", field="questions")
    for number, question in enumerate(content.questions, start=1):
        check_question(question, place=f"第 {number} 题")


def _check_test(content: Test) -> None:
    _check_questions(QuestionSet(questions=content.questions))
    _check_range(content.drawn, 0, len(content.questions), "每次抽几题", "drawn")
    _check_range(content.pass_score, 1, 100, "及格线", "pass_score")
    _check_range(content.attempts, 0, 99, "可考次数", "attempts")


def _check_text(content: Text) -> None:
    if not content.source.strip():
        raise Invalid("正文还空着，请写上要读的内容。", field="source")


def _check_homework(content: Homework) -> None:
    if not content.task.strip():
        raise Invalid("作业要求还空着，请写明要做什么、怎样算合格。", field="task")
    _check_range(content.min_characters, 0, 20_000, "最少字数", "min_characters")
    _check_range(content.attachments, 0, 20, "附件个数", "attachments")
    _check_range(content.points, 1, 1000, "满分", "points")
    _check_range(content.pass_points, 1, content.points, "合格分", "pass_points")
    _check_parts(content.parts)
    if content.peers is not None:
        _check_peers(content.peers)


def _check_parts(parts: tuple[Part, ...]) -> None:
    if len({part.key for part in parts}) != len(parts):
        raise Invalid("有两个部分的代号一样，请去掉一个。", field="parts")
    for number, part in enumerate(parts, start=1):
        place = f"第 {number} 部分“{part.label}”"
        if not part.key.isidentifier() or len(part.key) > 20 or not part.label.strip() or len(part.label) > 40:
            raise Invalid(f"{place}：要有名称，最多 40 字。", field="parts")
        if not 0 <= part.min_characters <= 20_000:
            raise Invalid(f"{place}：最少字数应在 0 到 20000 之间，现在是 {part.min_characters}。", field="parts")
        if not 1 <= part.most <= 20:
            raise Invalid(f"{place}：文件个数应在 1 到 20 之间，现在是 {part.most}。", field="parts")


def _check_peers(peers: Peers) -> None:
    _check_range(peers.reviews, 1, 10, "每人评几份", "peer_reviews")
    _check_range(peers.weight, 0, 100, "互评占比", "peer_weight")
    _check_range(peers.days, 1, 60, "互评期限", "peer_days")
    _check_range(peers.calibration, 0, 5, "定标样篇", "peer_calibration")
    _check_range(peers.min_characters, 0, 1000, "评语最少字数", "peer_reviews")
    _check_range(peers.min_seconds, 0, 3600, "最短评阅秒数", "peer_reviews")


def _check_cues(content: CueSheet) -> None:
    if len(content.cues) > MOST_CUES:
        raise Invalid(f"一段片子最多提问 {MOST_CUES} 处，现在有 {len(content.cues)} 处。", field="cues")
    before = -1
    for number, cue in enumerate(content.cues, start=1):
        if cue.second < 1:
            raise Invalid(f"第 {number} 处提问：时刻要在 00:01 之后。", field="cues")
        if cue.second <= before:
            raise Invalid(f"第 {number} 处提问在 {_clock(cue.second)}，不晚于前一处。请按先后排，每处时刻不同。", field="cues")
        before = cue.second
        check_question(cue.question, place=f"第 {number} 处提问")


def _check_document(content: Document) -> None:
    _check_range(content.dwell_seconds, 0, LONGEST_DWELL_SECONDS, "最短阅读秒数", "dwell_seconds")


def _check_images(content: ImageSet) -> None:
    if not content.pictures:
        raise Invalid("图集里还没有图片，至少放一张。", field="pictures")
    if len(content.pictures) > MOST_PICTURES:
        raise Invalid(f"一个图集最多 {MOST_PICTURES} 张，现在有 {len(content.pictures)} 张。", field="pictures")
    for number, picture in enumerate(content.pictures, start=1):
        if not picture.caption.strip():
            raise Invalid(f"第 {number} 张图还没有说明，看不见图的老师靠它。", field="captions")
    _check_range(content.dwell_seconds, 0, LONGEST_DWELL_SECONDS, "最短观看秒数", "dwell_seconds")


def _check_discussion(content: Discussion) -> None:
    if not content.prompt.strip():
        raise Invalid("讨论的问题还空着，请写上。", field="prompt")
    _check_range(content.posts, 1, 20, "发言次数", "posts")
    _check_range(content.min_characters, 0, 2000, "每次最少字数", "min_characters")


def _check_package(content: Package) -> None:
    _check_range(content.min_seconds, 0, LONGEST_DWELL_SECONDS * 4, "最短学习秒数", "min_seconds")
    _check_range(content.pass_score, 1, 100, "及格线", "pass_score")


def _check_link(content: Link) -> None:
    try:
        parts = urlsplit(content.url)
    except ValueError:
        raise Invalid("链接写得不对，请从浏览器地址栏整个复制过来。", field="url") from None
    if parts.scheme not in ("http", "https") or not parts.hostname or len(content.url) > 1000 or any(c.isspace() for c in content.url):
        raise Invalid("链接要以 https:// 或 http:// 开头，不含空格，不超过 1000 个字符。请从浏览器地址栏整个复制过来。", field="url")
    if parts.username or parts.password:
        raise Invalid("链接里带了账号或密码，请去掉“@”前面的部分。", field="url")
    _check_range(content.min_seconds, 0, LONGEST_DWELL_SECONDS, "最短阅读秒数", "min_seconds")


def _check_offline(content: Offline) -> None:
    if not content.task.strip():
        raise Invalid("线下活动要做什么还空着，请写上。", field="task")
    _check_range(content.min_characters, 0, 20_000, "最少字数", "min_characters")
    _check_range(content.photos, 0, 20, "照片张数", "photos")


_JUDGES = {
    QuestionSet: _check_questions,
    Test: _check_test,
    Text: _check_text,
    Homework: _check_homework,
    CueSheet: _check_cues,
    Document: _check_document,
    ImageSet: _check_images,
    Discussion: _check_discussion,
    Package: _check_package,
    Link: _check_link,
    Offline: _check_offline,
}


def _clock(second: int) -> str:
    return f"{second // 60:02d}:{second % 60:02d}"


def _check_range(value: int, least: int, most: int, label: str, field: str) -> None:
    if not least <= value <= most:
        raise Invalid(f"{label}应在 {least} 到 {most} 之间，现在是 {value}。", field=field)
