"""Sign-ins per second: form, password, own page, each by another teacher; beside the password hash alone on all cores."""

import json
import tempfile
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Final

from django.contrib.auth.hashers import make_password
from django.contrib.sessions.backends.db import SessionStore
from django.urls import reverse

from yanxiu.demo.bench import ground, signing, teachers
from yanxiu.demo.bench.figures import Figure, middle, shares
from yanxiu.kit.clock import now
from yanxiu.people import sessions
from yanxiu.people.models import Account

PROMISED_PER_S: Final = 35
CONNECTIONS: Final = 8
PASSWORD: Final = "measure-9-sign-ins"  # noqa: S105 - of a throw-away installation


def measure(*, people: int, rounds: int, seconds: float, connections: int, say: Callable[[str], None]) -> Figure:
    """Measure in a throw-away installation, with a page that somebody else reads before and meanwhile. Raises NotReady."""
    with ground.installation() as environment, tempfile.TemporaryDirectory(prefix="yanxiu-bench-") as folder:
        say(f"空的安装已就绪，造 {people} 名教师，登录 {rounds} 轮")
        ground.python(environment, "config.cli", "collectstatic", "--noinput", "--verbosity", "0")
        names, key, address, marker = ground.inside(environment, "login-people", people, as_owner=True)
        head = f"GET {address} HTTP/1.1\r\nHost: 127.0.0.1\r\nCookie: session={key}\r\n\r\n"
        seen: dict[str, list[float]] = {"rate": [], "hash": [], "durations": [], "cpu_ms": [], "quiet": [], "storm": []}
        with ground.site(environment) as site:
            site.load(seconds=1, connections=2, heads=[head], tails=[], marker=marker)  # warms up
            for turn in range(rounds):
                seen["quiet"].append(
                    shares(site.load(seconds=seconds / 2, connections=1, heads=[head], tails=[], marker=marker).durations)[1]
                )
                order = Path(folder) / "order.json"
                mine = names[turn * len(names) // rounds : (turn + 1) * len(names) // rounds]
                order.write_text(
                    json.dumps({"port": site.port, "seconds": seconds, "connections": connections, "names": mine, "password": PASSWORD})
                )
                busy: list[float] = []
                reader = threading.Thread(target=_read, args=(site, head, marker, seconds, busy))
                used = site.cpu_seconds()
                reader.start()
                done = json.loads(ground.python(environment, "yanxiu.demo.bench.signing", str(order)))
                reader.join()
                if done["failed"]:
                    raise ground.NotReady(f"{done['failed']} 次登录没有成，第一个：{done['first_failure']}")
                seen["cpu_ms"].append((site.cpu_seconds() - used) * 1000 / max(len(done["durations"]), 1))
                seen["rate"].append(len(done["durations"]) / done["seconds"])
                seen["durations"] += done["durations"]
                seen["storm"] += busy
                seen["hash"].append(ground.inside(environment, "login-hashes", 2))
                say(f"第 {turn + 1} 轮：每秒登录 {seen['rate'][-1]:.1f} 人，只算口令每秒 {seen['hash'][-1]:.1f} 次")
    return _figure(seen, people=people, rounds=rounds, seconds=seconds, connections=connections)


def _read(site: ground.Site, head: str, marker: str, seconds: float, busy: list[float]) -> None:
    busy.append(shares(site.load(seconds=seconds, connections=1, heads=[head], tails=[], marker=marker).durations)[1])


def _figure(seen: dict[str, list[float]], *, people: int, rounds: int, seconds: float, connections: int) -> Figure:
    value, limit = middle(seen["rate"]), middle(seen["hash"])
    p50, p95, p99 = shares(seen["durations"])
    return Figure(
        name="login", value=round(value, 1), unit="sign-ins per second (form, password, own page)", p50_ms=p50, p95_ms=p95, p99_ms=p99,
        limit=round(limit, 1), ratio=round(value / limit, 3), rows=len(seen["durations"]), rounds=rounds,
        load=f"{connections} clients and one reader on loopback, {people} teachers, {rounds} × {seconds:g} s, load on the same machine",
        detail={
            "limit_is": "Argon2id (19 MiB, 2 passes) alone, one process a core", "promised_per_s": PROMISED_PER_S,
            "is_kept": value >= PROMISED_PER_S, "cpu_ms_per_sign_in_with_reader": round(middle(seen["cpu_ms"])),
            "reader_p95_ms": {"quiet": middle(seen["quiet"]), "meanwhile": middle(seen["storm"])},
        },
    )  # fmt: skip


def people(count: int) -> tuple[list[str], str, str, str]:
    """Make teachers who all have one password; return their account names, and session, address and marker of a page to read."""
    place = teachers.prepare()
    teachers.enrol(place, count)
    Account.objects.update(password=make_password(PASSWORD))
    names = list(Account.objects.order_by("pk").values_list("username", flat=True))
    reader, store = Account.objects.order_by("pk")[0], SessionStore()
    sessions.begin(store, account_id=reader.pk, stamp=reader.security_stamp, at=now())
    store.save()
    return names[1:], str(store.session_key), reverse("learning:my_courses"), "我的课程"


def hashes(seconds: float) -> float:
    """Return how many hashes all cores make a second, one process each."""
    return signing.hashes(seconds, make_password(PASSWORD), PASSWORD)
