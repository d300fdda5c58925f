"""Makes one candidate and her exams on a site; run as a program, prints what the journey needs as JSON."""

import itertools
import json
import os
import sys
from datetime import timedelta
from decimal import Decimal

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
django.setup()

from django.contrib.sessions.backends.db import SessionStore  # noqa: E402 - after the set-up
from django.db import transaction  # noqa: E402

from tests.assessment import exam_factories as exams  # noqa: E402
from tests.assessment import factories as make  # noqa: E402
from tests.learning import factories as learning  # noqa: E402
from tests.programmes import factories as programmes  # noqa: E402
from yanxiu.assessment import papers  # noqa: E402
from yanxiu.assessment.models import Release  # noqa: E402
from yanxiu.catalogue import content  # noqa: E402
from yanxiu.kit import clock  # noqa: E402
from yanxiu.orgs.models import Kind as Unit  # noqa: E402
from yanxiu.people import sessions  # noqa: E402

FIRST_NUMBER = 9_000  # other worlds on the same site count from one
CHOICES = (
    ("听评课记录里，下面哪一条是可以核对的事实？", ("课堂气氛很好", "12 分 30 秒，第三组四人都举手", "学生很投入", "老师很有亲和力"), 1),
    ("课后研讨先说什么？", ("结论", "看到了什么", "打分", "建议"), 1),
    ("“等待时间”指的是：", ("上课铃前的时间", "提问以后到请人回答之间的时间", "作业的时间", "课间"), 1),
    ("一次观课最好盯住：", ("所有方面", "一两个问题", "教师的普通话", "板书的颜色"), 1),
)
MATERIAL = content.Material(
    stem="陈老师上《背影》。她读完第六段，停了八秒，问：“父亲为什么要自己去买橘子？”第一个举手的是平时不说话的小周。",
    parts=(
        content.MaterialPart(
            question=content.Question(
                kind="single", stem="材料里可以量出来的是：", options=("小周很感动", "停了八秒", "读得很好"), answers=(1,)
            )
        ),
        content.MaterialPart(question=content.Written(kind="short", stem="您会怎样记这一段？", reference="事实加时间。")),
    ),
)


def main() -> dict[str, object]:
    for module in (programmes, make, exams, learning):
        module._numbers = itertools.count(FIRST_NUMBER)
    now = clock.now()
    with transaction.atomic():
        county = programmes.org(parent=programmes.org(name="中国"), kind=Unit.COUNTY, name="青禾县")
        school = programmes.org(parent=county, name="青禾县实验小学")
        programme = make.programme(county)
        enrolment = make.participant(programme, school, name="周淑芬")
        paper = _paper(county)
        exam = exams.exam(
            programme=programme, paper=paper, title="2026 年暑期研修期末网上考核", opens_at=now - timedelta(hours=1),
            closes_at=now + timedelta(hours=3), minutes=90, attempts=2, release=Release.BY_HAND,
            notice="请独立完成。可以翻看学习笔记，不能请别人代答。",
        )  # fmt: skip
        exams.exam_allowance(exam=exam, enrolment=enrolment, extra_minutes=20, reason="左手骨折，打字慢")
        exams.exam(
            programme=programme,
            paper=paper,
            title="结业综合考核",
            opens_at=now + timedelta(days=9),
            closes_at=now + timedelta(days=9, hours=2),
        )
        plain = exams.exam(
            programme=programme, paper=paper, title="平时考核", opens_at=now - timedelta(hours=1), closes_at=now + timedelta(hours=4), minutes=60
        )  # fmt: skip
        account = learning.account(enrolment.person)
        keys = []
        for _ in range(2):
            session = SessionStore()
            sessions.begin(session, account_id=account.pk, stamp=account.security_stamp, at=now)
            session.save()
            keys.append(session.session_key)
    return {"sessions": keys, "exam": exam.pk, "plain": plain.pk}


def _paper(owner):
    choices = [content.Question(kind="single", stem=stem, options=options, answers=(right,)) for stem, options, right in CHOICES]
    objective = [
        *choices,
        make.QUESTIONS[1],
        make.QUESTIONS[2],
        content.FillIn(stem="观课要记下[[1]]，少写[[2]]。", blanks=(content.Blank(accepts=("证据",)), content.Blank(accepts=("感受",)))),
        content.Matching(stem="把说法和它的性质连起来。", left=("五人举手", "很投入"), right=("事实", "判断", "建议"), pairs=(0, 1)),
        content.Ordering(stem="把研讨的步骤排好。", parts=("读记录", "问为什么", "提建议")),
    ]
    written = [
        content.Written(
            kind="essay", stem="结合您听过的一节课，谈谈怎样议课才让上课的人愿意再开门。", reference="先事实后判断。", min_characters=100
        ),
        MATERIAL,
    ]
    sections = []
    for title, guide, questions, points in (
        ("一、客观题", "多选题漏选不得分。", objective, Decimal(6)),
        ("二、主观题", "", written, Decimal(23)),
    ):
        rows = [exams.bank_question(question, owner=owner) for question in questions]
        fixed = tuple(papers.Fixed(version=row.approved_id, points=points) for row in rows)
        sections.append(papers.Section(title=title, guide=guide, fixed=fixed))
    return exams.paper(
        owner=owner, title="期末卷", sections=papers.write(tuple(sections)), points=papers.points_of(tuple(sections)), shuffles_options=True
    )


if __name__ == "__main__":
    sys.stdout.write(json.dumps(main()) + "\n")
