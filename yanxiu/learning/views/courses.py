"""我的课程."""

from django.http import HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_GET

from yanxiu.kit import htmx
from yanxiu.kit.actor import Actor
from yanxiu.kit.compiled import Compiled
from yanxiu.kit.components import Tab
from yanxiu.kit.policy import SignedInRequest, signed_in
from yanxiu.learning import permissions
from yanxiu.learning.queries import courses as queries
from yanxiu.programmes.models import EnrolmentState, ProgrammeState

_MINE = Compiled(lambda person: permissions.own_enrolments(Actor(person_id=person, label="")).order_by("-enrolled_at", "-pk"), person=int)


@require_GET
@signed_in
def my_courses(request: SignedInRequest) -> HttpResponse:
    """Show the own courses and cases of one programme by block; running programmes first."""
    mine = [
        one for one in _MINE(person=request.person_id) if one.state == EnrolmentState.ACTIVE and one.programme.state != ProgrammeState.DRAFT
    ]
    mine.sort(key=lambda one: one.programme.state != ProgrammeState.RUNNING)
    wanted = request.GET.get("programme", "")
    enrolment = next((one for one in mine if str(one.programme_id) == wanted), mine[0] if mine else None)
    blocks = queries.my_courses(enrolment) if enrolment else []
    lines = [line for block in blocks for line in block.lines]
    courses = [line for block in blocks for line in block.courses]
    context = {
        "enrolment": enrolment,
        "blocks": blocks,
        "tabs": [
            Tab(label=one.programme.title, url=f"{reverse('learning:my_courses')}?programme={one.programme_id}", current=one is enrolment)
            for one in mine
        ],
        "done": sum(line.state == "done" for line in lines),
        "total": len(lines),
        "next_course": next((line for state in ("begun", "new") for line in courses if line.state == state), None),
    }
    return htmx.page(request, "learning/my_courses.html", context)
