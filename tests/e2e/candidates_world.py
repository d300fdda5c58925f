"""Makes two candidates of one exam who share a computer; run as a program, prints what the journey needs as JSON."""

import itertools
import json
import os
import sys
from datetime import timedelta

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
django.setup()

from django.contrib.sessions.backends.db import SessionStore  # noqa: E402 - after the set-up
from django.db import transaction  # noqa: E402

from tests.assessment import exam_factories as exams  # noqa: E402
from tests.assessment import factories as make  # noqa: E402
from tests.learning import factories as learning  # noqa: E402
from tests.programmes import factories as programmes  # noqa: E402
from yanxiu.kit import clock  # noqa: E402
from yanxiu.orgs.models import Kind as Unit  # noqa: E402
from yanxiu.people import sessions  # noqa: E402

FIRST_NUMBER = 14_000  # other worlds on the same site count from elsewhere


def main() -> dict[str, object]:
    for module in (programmes, make, exams, learning):
        module._numbers = itertools.count(FIRST_NUMBER)
    now = clock.now()
    with transaction.atomic():
        county = programmes.org(parent=programmes.org(name="中国"), kind=Unit.COUNTY, name="白河县")
        school = programmes.org(parent=county, name="白河县第二小学")
        programme = make.programme(county)
        paper = exams.paper(*make.QUESTIONS, exams.ESSAY, owner=county)
        exam = exams.exam(
            programme=programme, paper=paper, title="期末网上考核", opens_at=now - timedelta(hours=1), closes_at=now + timedelta(hours=3),
            minutes=90, attempts=2,
        )  # fmt: skip
        keys = []
        for name in ("周淑芬", "陈小禾"):
            account = learning.account(make.participant(programme, school, name=name).person)
            session = SessionStore()
            sessions.begin(session, account_id=account.pk, stamp=account.security_stamp, at=now)
            session.save()
            keys.append(session.session_key)
    return {"sessions": keys, "exam": exam.pk}


if __name__ == "__main__":
    sys.stdout.write(json.dumps(main()) + "\n")
