"""Activities, ballots and problems of the world's workshop, for the pages that show them."""

from datetime import timedelta
from typing import TYPE_CHECKING

from tests.programmes import factories as programmes
from tests.workshops import tools_factories as tools
from yanxiu.kit import clock
from yanxiu.kit.actor import Actor
from yanxiu.workshops.models import BallotQuestion

if TYPE_CHECKING:
    from tests.house.world import World


def lay(world: "World", host: Actor) -> None:
    """One of each, with somebody in it."""
    at, space, teacher = clock.now(), world.space, world.cast.person("李雷")
    held = tools.activity(space, host, starts_at=at + timedelta(days=1))
    tools.activity_seat(held, teacher)
    asked = tools.ballot(space, host, closes_at=at + timedelta(days=7))
    written = tools.ballot_question(asked, position=1, kind="text")
    options = BallotQuestion.objects.get(ballot=asked, position=0)
    world.ids.setdefault("asked_ballot", asked)
    world.ids.setdefault("workshops:written_answers:question_id", written.pk)
    for name in ("unanswered", "written_answers", "change_ballot"):
        world.ids.setdefault(f"workshops:{name}:post_id", asked.post_id)
    for name in ("seats", "change_activity", "ask_space"):
        world.ids.setdefault(f"workshops:{name}:post_id", held.post_id)
    first = world.ids["asked_ballot"]
    colleague = programmes.teacher(world.cast.school)
    tools.ballot_turnout(first, colleague)
    question = world.ids["workshops:written_answers:question_id"]
    tools.ballot_reply(first, colleague, {str(options.pk): [0], str(question): "多给案例"})
    problem = tools.problem(space, programmes.learner(teacher), state="discussing")
    tools.problem(space, host, state="voting", ballot=asked, option=0)
    tools.problem(space, host, state="joined", into=problem)
    tools.solution(tools.problem(space, host, state="discussing"), host)
    world.ids.setdefault("workshops:publish_solution:post_id", problem.post_id)
