"""Makes one teacher with one course of several kinds of steps on a site; run as a program, prints what the journey needs as JSON."""

import itertools
import json
import os
import sys
from pathlib import Path

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
django.setup()

from django.contrib.sessions.backends.db import SessionStore  # noqa: E402 - after the set-up
from django.db import transaction  # noqa: E402

from tests.e2e import materials  # noqa: E402
from tests.learning import factories as make  # noqa: E402
from tests.programmes import factories as programmes  # noqa: E402
from yanxiu.catalogue import content  # noqa: E402
from yanxiu.catalogue.models import StepKind  # noqa: E402
from yanxiu.files import actions as files  # noqa: E402
from yanxiu.files.kinds import Kind  # noqa: E402
from yanxiu.kit import clock  # noqa: E402
from yanxiu.kit.actor import SYSTEM  # noqa: E402
from yanxiu.orgs.models import Kind as Unit  # noqa: E402
from yanxiu.people import sessions  # noqa: E402

CUE_SECOND = 6


FIRST_NUMBER = 5_000  # other worlds on the same site count from one


def main(folder: Path) -> dict[str, object]:
    programmes._numbers, make._numbers = itertools.count(FIRST_NUMBER), itertools.count(FIRST_NUMBER)
    media = materials.film(folder)
    with media.path.open("rb") as film, media.captions.open("rb") as captions:
        stored = files.store(content=film, name="班级公约.mp4", kind=Kind.VIDEO, by=SYSTEM, at=clock.now())
        lines = files.store(content=captions, name="班级公约.vtt", kind=Kind.CAPTIONS, by=SYSTEM, at=clock.now())
    with transaction.atomic():
        county = programmes.org(parent=programmes.org(name="中国"), kind=Unit.COUNTY, name="青禾县")
        school = programmes.org(parent=county, name="青禾县实验小学")
        enrolment = make.participant(make.programme(county), school, name="周淑芬")
        course = make.course(county, title="班级公约怎样定")
        make.selection(enrolment, make.offering(enrolment.programme, course))
        question = content.Question(
            kind="single", stem="便签贴满一块黑板以后，下一步做什么？", options=("班主任挑几条抄下来", "按意思归堆，每堆改写成一条看得见的行为"),
            answers=(1,), explanation="看得见的行为才好检查。",
        )  # fmt: skip
        cues = content.CueSheet(cues=(content.Cue(second=CUE_SECOND, question=question),))
        step = make._step(
            course, StepKind.VIDEO, "从一个场面开始", seconds=stored.seconds, media=stored, captions=lines, content=content.write(cues)
        )
        make.text(course, title="公约不是校规的缩写", body="<p>" + "校规管的是底线，公约由全班商量。" * 12 + "</p>")
        talk = content.Discussion(prompt="您班上的公约是怎样定下来的？", posts=1, min_characters=20)
        make._step(course, StepKind.DISCUSSION, "说说您的做法", content=content.write(talk))
        make._step(
            course,
            StepKind.LINK,
            "读原文",
            content=content.write(content.Link(url="https://www.moe.gov.cn/", why="中小学德育工作指南的原文。")),
        )
        make._step(
            course, StepKind.OFFLINE, "开一次公约班会", content=content.write(content.Offline(task="按课里的办法开一次班会。", photos=1))
        )
        case = make.lesson_case(
            county, level="国家级", media=stored, seconds=stored.seconds, captions=lines, author_name="谢柏年", author_school="青河一中",
            commentary="好在等待：提问之后数到八才请人，学生的话就长了。",
        )  # fmt: skip
        make.case_draw(enrolment, case, needs_report=False)
        account = make.account(enrolment.person)
        session = SessionStore()
        sessions.begin(session, account_id=account.pk, stamp=account.security_stamp, at=clock.now())
        session.save()
    return {"session": session.session_key, "enrolment": enrolment.pk, "step": step.pk, "case": case.pk, "seconds": stored.seconds}


if __name__ == "__main__":
    sys.stdout.write(json.dumps(main(Path(sys.argv[1]))) + "\n")
