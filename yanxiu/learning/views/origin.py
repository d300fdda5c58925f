"""Where a request to open something comes from."""

from django.http import HttpRequest

from yanxiu.kit.network import client_network
from yanxiu.learning import origins


def origin_of(request: HttpRequest) -> origins.Origin:
    """Return network and device; the device stands in the form field `device`."""
    return origins.at(client_network(request), device=request.POST.get("device", ""))
