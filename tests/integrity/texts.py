"""Texts for tests of comparing: honest ones from a stock of sentences, and what people do to a text that is not theirs."""

import io
import random
from datetime import UTC, datetime
from pathlib import Path

import docx
import typst

from tests.files import media_samples
from yanxiu.credits.certificate_pdf import font_folder
from yanxiu.integrity.models import TextKind
from yanxiu.integrity.similarity import Text
from yanxiu.people.models import Person

AT = datetime(2026, 11, 20, 4, 0, tzinfo=UTC)
ESSAY = (
    "这节课我把例题换成了学生自己测量的操场数据。小组先估计再测量，误差最大的一组反而讲得最清楚，因为他们发现卷尺没有拉直。"
    "我原来准备了三道变式题，临时删去两道，把时间留给他们争论单位换算。下课时有个孩子问，为什么地图上的河流不能直接量。"
    "这个问题我没有马上回答，而是请全班回家量一段弯路。第二天交上来的办法有七种，用棉线、用硬币滚、用手机步数，各有各的道理。"
    "回头看教案，我写的目标是掌握比例尺，学生学到的却是估计、核对和怀疑，这让我重新想什么叫掌握。"
)
OTHER = (
    "朗读课上我一直急着纠正读音，录像回放才发现，十分钟里我打断了孩子十九次。这一周我试着只听不说，把要纠正的字记在便签上，等一段读完再贴到黑板边。"
    "头两天课堂有些冷，第三天后排的女生主动举手，说她想把便签上的字编成一段话读给大家听。"
    "我由此想到，停顿本身也是一种教学，关键在于停下来以后老师的眼睛看向哪里。下个月我准备请同组的两位老师来数一数我的打断次数。"
)


def text(person: Person, body: str = ESSAY, *, number: int = 1, **facts) -> Text:
    """A homework as it is handed in."""
    facts = {
        "kind": TextKind.HOMEWORK, "object_type": "submission", "object_id": number, "unit_path": person.unit_path, "written_at": AT,
        "programme_id": 7, "programme_title": "2026 年全员研修", "title": "《课堂提问》作业",
    } | facts  # fmt: skip
    return Text(person_id=person.pk, body=body, **facts)


def essay(seed: int, *, size: int = 500) -> str:
    """Words without sense, the same for the same seed: no two have a passage in common."""
    source = random.Random(seed)
    return "".join(chr(source.randrange(0x4E00, 0x8000)) for _ in range(size))


def document(words: str) -> bytes:
    """A Word document with these words in one paragraph."""
    file = docx.Document()
    file.add_paragraph(words)
    kept = io.BytesIO()
    file.save(kept)
    return kept.getvalue()


def slides(words: str) -> bytes:
    """A presentation with one slide that says these words."""
    return media_samples.pptx([("", [words])])


def pages(words: str, folder: Path) -> bytes:
    """A PDF with these words as text, set with the fonts of certificates."""
    source = folder / "words.typ"
    source.write_text(f'#set text(font: "Noto Serif SC")\n{words}', encoding="utf-8")
    return typst.compile(str(source), font_paths=[str(font_folder())], ignore_system_fonts=True)
