"""The frame of every page: whose hat is worn, which menu it brings."""

from django.http import HttpRequest


def frame(request: HttpRequest) -> dict[str, object]:  # noqa: ARG001 - a context processor
    """Provide `frame` to all templates."""
    return {}
