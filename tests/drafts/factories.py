"""Drafts for tests."""

from datetime import UTC, datetime
from itertools import count

from tests.programmes import factories as programmes
from yanxiu.drafts.models import Draft
from yanxiu.people.models import Person

AT = datetime(2026, 11, 20, 4, 0, tzinfo=UTC)
_numbers = count(1)


def draft(person: Person | None = None, *, key: str = "", at: datetime = AT, **facts) -> Draft:
    """Something typed and not sent."""
    number = next(_numbers)
    given = {
        "place": "班级管理工作坊，发起研讨", "address": "/workshops/1/discussions/", "title": f"怎么等学生 {number}", "source": "先等三秒",
        "saved_at": at,
    }  # fmt: skip
    return Draft.objects.create(person=person or programmes.teacher(programmes.org()), key=key or f"try {number}", **(given | facts))
