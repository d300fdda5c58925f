"""The way of a course to the shelf and off it, and its next version."""

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from yanxiu.catalogue import actions, permissions
from yanxiu.catalogue.forms import ReasonForm
from yanxiu.catalogue.models import Course
from yanxiu.catalogue.views import course_page
from yanxiu.catalogue.views.courses import course_url, editor_url, visible
from yanxiu.kit import htmx
from yanxiu.kit.clock import now
from yanxiu.kit.errors import DomainError
from yanxiu.kit.forms import explain
from yanxiu.kit.policy import SignedInRequest, requires


@require_POST
@requires(permissions.DRAFT)
def submit(request: SignedInRequest, course_id: int) -> HttpResponse:
    """Hand a draft to those who publish."""
    submitted = actions.submit(course=visible(request, course_id), by=request.actor, at=now())
    return _moved(request, submitted, _("已送审，审核期间不能再改"))


@require_POST
@requires(permissions.PUBLISH)
def publish(request: SignedInRequest, course_id: int) -> HttpResponse:
    """Publish a course."""
    published = actions.publish(course=visible(request, course_id), by=request.actor, at=now())
    return _moved(request, published, _("已发布，可以排进方案供教师选择"))


@require_POST
@requires(permissions.PUBLISH, permissions.REVIEW)
def send_back(request: SignedInRequest, course_id: int) -> HttpResponse:
    """Give a submitted course back to its author, with the reason."""
    submitted = visible(request, course_id)
    try:
        returned = actions.send_back(course=submitted, reason=request.POST.get("reason", ""), by=request.actor, at=now())
    except DomainError as error:
        return _refused(request, submitted, error)
    return _moved(request, returned, _("已退回，作者会看到原因"))


@require_POST
@requires(permissions.ARCHIVE)
def archive(request: SignedInRequest, course_id: int) -> HttpResponse:
    """Take a course off the shelf."""
    archived = actions.archive(course=visible(request, course_id), reason=request.POST.get("reason", "")[:300], by=request.actor, at=now())
    return _moved(request, archived, _("已下架，正在学的老师可以学完"))


@require_POST
@requires(permissions.ARCHIVE)
def restore(request: SignedInRequest, course_id: int) -> HttpResponse:
    """Put an archived course on the shelf again."""
    return _moved(request, actions.restore(course=visible(request, course_id), by=request.actor, at=now()), _("已重新上架"))


@require_POST
@requires(permissions.DRAFT)
def revise_course(request: SignedInRequest, course_id: int) -> HttpResponse:
    """Begin the next version of a published course."""
    draft = actions.revise_course(course=visible(request, course_id), by=request.actor, at=now())
    return htmx.redirect(request, editor_url(draft.pk), note=_("第 %(n)s 版的草稿已建好，发布以前照旧学现在这一版") % {"n": draft.version})


@require_POST
@requires(permissions.PUBLISH)
def grant_exception(request: SignedInRequest, course_id: int) -> HttpResponse:
    """Put on record why a rule that holds in principle does not hold for this course."""
    draft = visible(request, course_id)
    rule, reason = request.POST.get("rule", ""), request.POST.get("reason", "")
    actions.grant_exception(course=draft, rule=rule, reason=reason, by=request.actor, at=now())
    return _moved(request, draft, _("例外已记下，不再挡住发布"))


def _moved(request: SignedInRequest, shown: Course, note: str) -> HttpResponse:
    return htmx.redirect(request, course_url(shown.pk), note=note)


def _refused(request: SignedInRequest, shown: Course, error: DomainError) -> HttpResponse:
    form = ReasonForm(request.POST, auto_id="reason_%s")
    form.is_valid()
    form.errors.clear()
    return course_page.render(request, shown, reason_form=form, status=explain(form, error))
