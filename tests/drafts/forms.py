"""Forms that keep themselves, as a page shows them."""

import re

from django.test import Client

JSON = {"accept": "application/json"}


def keep(client: Client, page: str, typed: dict[str, str]):
    """Send what is typed on a page to where its form keeps itself; return the answer."""
    shown = client.get(page)
    assert shown.status_code == 200, (page, shown.status_code)
    (address,) = set(re.findall(r'data-draft="([^"]+)"', shown.content.decode()))
    return client.post(address, typed, headers=JSON)


def discard(client: Client, page: str):
    """Press 丢弃 on a page that shows what was kept; return the answer."""
    (address,) = set(re.findall(r'action="(/drafts/\d+/discard/)"', client.get(page).content.decode()))
    return client.post(address, {"to": "page"})
