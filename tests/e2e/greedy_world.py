"""Makes one teacher with five films of ten minutes on a site; run as a program, prints what the attack needs as JSON."""

import itertools
import json
import os
import sys

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
django.setup()

from django.contrib.sessions.backends.db import SessionStore  # noqa: E402 - after the set-up
from django.db import transaction  # noqa: E402

from tests.learning import factories as make  # noqa: E402
from tests.programmes import factories as programmes  # noqa: E402
from yanxiu.kit import clock  # noqa: E402
from yanxiu.orgs.models import Kind  # noqa: E402
from yanxiu.people import sessions  # noqa: E402

FIRST_NUMBER = 7_000  # other worlds on the same site count from one
TABS = 5
SECONDS = 600


@transaction.atomic
def main() -> dict[str, object]:
    programmes._numbers, make._numbers = itertools.count(FIRST_NUMBER), itertools.count(FIRST_NUMBER)
    county = programmes.org(parent=programmes.org(name="中国"), kind=Kind.COUNTY, name="白河县")
    enrolment = make.participant(make.programme(county), programmes.org(parent=county, name="白河县第一中学"), name="贾快")
    steps = [make.chosen(enrolment, seconds=SECONDS) for _ in range(TABS)]
    account = make.account(enrolment.person)
    session = SessionStore()
    sessions.begin(session, account_id=account.pk, stamp=account.security_stamp, at=clock.now())
    session[sessions.HAT] = "learner"
    session.save()
    return {"session": session.session_key, "enrolment": enrolment.pk, "steps": [step.pk for step in steps]}


if __name__ == "__main__":
    sys.stdout.write(json.dumps(main()) + "\n")
