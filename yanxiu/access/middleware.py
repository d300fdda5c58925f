"""Who is asking: the person of the session under the hat worn, looked up anew on every request (security P-09)."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from yanxiu.kit.actor import ANONYMOUS

Handler = Callable[[HttpRequest], HttpResponse]


def actor(get_response: Handler) -> Handler:
    """Set `request.actor`."""

    def middleware(request: HttpRequest) -> HttpResponse:
        request.actor = ANONYMOUS  # type: ignore[attr-defined]  # ActorRequest
        return get_response(request)

    return middleware
