"""Teachers who sign in at once: a process of its own. `python -m yanxiu.demo.bench.signing ORDER` prints what came of it as JSON.

Each client asks for the form, sends name and password with the form's token, and asks for the home page, as a browser does.
"""

import http.client
import json
import multiprocessing
import os
import re
import sys
import threading
import time
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

_TOKEN = re.compile(rb'name="csrfmiddlewaretoken" value="([^"]+)"')
_HOME, _FORM = b'id="main"', b'name="password"'
_PATIENCE_SECONDS = 60


class Client:
    """One connection that signs one teacher after the other in, from a list shared with the others."""

    def __init__(self, port: int, names: list[str], password: str, until: float) -> None:
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=_PATIENCE_SECONDS)
        self.names, self.password, self.until = names, password, until
        self.durations: list[float] = []
        self.failures: list[str] = []

    def run(self) -> None:
        """Sign teachers in until the time is over or nobody is left."""
        while time.perf_counter() < self.until and not self.failures:
            try:
                name = self.names.pop()
            except IndexError:
                return
            began = time.perf_counter()
            self._sign_in(name)
            self.durations.append(time.perf_counter() - began)

    def _sign_in(self, name: str) -> None:
        cookies: dict[str, str] = {}
        status, body = self._ask("GET", "/sign-in/", cookies)
        token = _TOKEN.search(body)
        if status != http.client.OK or token is None:
            self.failures.append(f"form: {status}")
            return
        fields = urlencode({"csrfmiddlewaretoken": token.group(1).decode(), "typed": name, "password": self.password})
        status, body = self._ask("POST", "/sign-in/", cookies, fields)
        if status != http.client.FOUND:
            self.failures.append(f"{name}: {status} {body[:300].decode(errors='replace')}")
            return
        status, body = self._ask("GET", "/", cookies)
        if status != http.client.OK or _HOME not in body or _FORM in body:
            self.failures.append(f"home: {status} {body[:300].decode(errors='replace')}")

    def _ask(self, method: str, address: str, cookies: dict[str, str], fields: str | None = None) -> tuple[int, bytes]:
        headers = {"Cookie": "; ".join(f"{key}={value}" for key, value in cookies.items())}
        if fields is not None:
            headers |= {"Content-Type": "application/x-www-form-urlencoded", "Referer": f"http://127.0.0.1{address}"}
        self.connection.request(method, address, body=fields, headers=headers)
        answer = self.connection.getresponse()
        body = answer.read()
        for line in answer.headers.get_all("Set-Cookie") or []:
            key, _, value = line.partition(";")[0].partition("=")
            cookies[key] = value
        return answer.status, body


def run(port: int, seconds: float, connections: int, names: list[str], password: str) -> dict[str, Any]:
    """Keep the clients busy; return durations of whole sign-ins in seconds."""
    began = time.perf_counter()
    left = list(reversed(names))
    clients = [Client(port, left, password, began + seconds) for _ in range(connections)]
    threads = [threading.Thread(target=client.run) for client in clients]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    failures = [one for client in clients for one in client.failures]
    durations = [one for client in clients for one in client.durations]
    return {
        "seconds": time.perf_counter() - began, "durations": durations, "failed": len(failures), "first_failure": (failures or [""])[0],
    }  # fmt: skip


def hashes(seconds: float, encoded: str, password: str) -> float:
    """Return how many passwords a second all cores check when they do nothing else."""
    cores = os.cpu_count() or 1
    with multiprocessing.get_context("spawn").Pool(cores) as pool:
        return sum(pool.starmap(_checked, [(seconds, encoded, password)] * cores))


def _checked(seconds: float, encoded: str, password: str) -> float:
    from argon2 import PasswordHasher  # as below Django's hasher; the process needs nothing else of Django

    check, count, began = PasswordHasher().verify, 0, time.perf_counter()
    while time.perf_counter() - began < seconds:
        check(encoded.removeprefix("argon2"), password)
        count += 1
    return count / (time.perf_counter() - began)


if __name__ == "__main__":
    print(json.dumps(run(**json.loads(Path(sys.argv[1]).read_text(encoding="utf-8")))))  # noqa: T201 - read by the process that asked
