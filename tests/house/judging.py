"""A school judged by a rubric, for the world of the house tests."""

from typing import Any

from tests.evaluation import appraisal_factories as factories
from yanxiu.evaluation import actions, permissions, queries
from yanxiu.programmes.models import Programme


def lay(world: Any) -> None:
    """教务 has chosen a rubric and judged the school; a draft lies beside it."""
    programme = Programme.objects.get(pk=world.programme.pk)
    by, asked = world.cast.actor("教务"), factories.asked(programme, "business")
    rubric = factories.rubric(world.cast.county, use="unit", title="业务考评标准")
    actions.set_appraisal_rule(asked=asked, org=world.cast.county, rubric=rubric, lines=[], by=by, at=factories.AT)
    whom, _row = queries.subject_of(permissions.scope_of(by), asked, role="school", subject_id=world.cast.school.pk)
    filled = actions.Filled(levels={"effect": 0, "proof": 1}, basis={"effect": "材料 1—8"}, comment="材料齐全")
    done = actions.submit_appraisal(asked=asked, subject=whom, filled=filled, by=by, at=factories.AT)
    actions.save_appraisal(asked=asked, subject=whom, filled=filled, by=by, at=factories.AT)
    for name in ("appraised", "export_appraised", "appraisal_rule", "appraise"):
        world.ids[f"evaluation:{name}:assessment"] = asked.id
    for name in ("figures", "export_figures"):
        world.ids[f"evaluation:{name}:assessment"] = "host"
    world.ids |= {"evaluation:appraise:role": "school", "evaluation:appraise:subject_id": whom.unit_id, "appraisal_id": done.pk}
