"""Where sessions are kept: Django's table, asked once a request in the cheapest way."""

from datetime import datetime
from typing import Any, Final

from django.contrib.sessions.backends import db
from django.contrib.sessions.backends.base import VALID_KEY_CHARS
from django.contrib.sessions.models import Session
from django.db.models import QuerySet
from django.utils.crypto import get_random_string

from yanxiu.kit.clock import now
from yanxiu.kit.compiled import Compiled

_KEY_LETTERS: Final = 32


def _alive(key: str, at: datetime) -> QuerySet[Session]:
    return Session.objects.filter(session_key=key, expire_date__gt=at)


_ALIVE = Compiled(_alive, key=str, at=datetime)


class SessionStore(db.SessionStore):
    """Django's store; only the reading of a session by its key is its own, and that a fresh key is not looked up before it is stored."""

    def _get_new_session_key(self) -> str:
        return get_random_string(_KEY_LETTERS, VALID_KEY_CHARS)  # 165 bits; `create` tries another if it is taken after all

    def _get_session_from_db(self) -> Any:
        found = _ALIVE.first(key=self.session_key or "", at=now())
        if found is None:
            self._session_key = None
        return found
