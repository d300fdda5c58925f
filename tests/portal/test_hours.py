"""The ring's sums: a total over one block is not counted beside the block."""

from decimal import Decimal

import pytest

from tests.programmes import factories as programmes
from yanxiu.evaluation import actions as evaluation
from yanxiu.evaluation import standing
from yanxiu.kit.actor import SYSTEM
from yanxiu.orgs.models import Kind
from yanxiu.portal.hours import hours_of
from yanxiu.programmes import actions
from yanxiu.programmes.queries import plan_of

pytestmark = [pytest.mark.django_db, pytest.mark.slow]  # publishes a programme

PLAN = """\
programme: {id: single, title: 单块方案, level: county, owner: 东岭县教育局, year: 2026}
audience:
  - {id: all, stages: [高中]}
phases:
  - {id: study, label: 研修, from: 2026-11-06, to: 2026-12-31, do: [learn]}
learn:
  - {id: law, label: 法律法规, kind: compulsory, window: study, hours: 2}
totals:
  - {id: compulsory, label: 必修合计, of: [law], hours: 2}
"""


def test_a_total_over_a_single_block_counts_once():
    school = programmes.org(parent=programmes.org(parent=programmes.org(), kind=Kind.COUNTY))
    programme = actions.create_programme(owner=school, code="single", title="单块方案", by=SYSTEM, at=programmes.AT)
    version = actions.publish(programme=programme, source=PLAN, parameters={}, by=SYSTEM, at=programmes.AT)
    evaluation.lay_down(version=version, by=SYSTEM, at=programmes.AT)
    programmes.teacher(school)
    actions.enrol_units(programme=programme, units=[school], by=SYSTEM, at=programmes.AT)

    hours = hours_of(plan_of(version), standing.of(versions=[version.pk], at=programmes.AT), at=programmes.AT)

    assert [(part.key, part.target) for part in hours.parts] == [("compulsory", Decimal(2))]
    assert hours.target == 2
