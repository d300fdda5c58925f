"""Milliseconds of a check against 100,000 texts beside a bare MinHash and lookup; precision, and recall by disguise."""

import random
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import docx

from yanxiu.demo.bench import ground, teachers
from yanxiu.demo.bench.figures import Figure, shares
from yanxiu.demo.bench.similarity import bands, corpus, stock
from yanxiu.integrity import actions, documents, queries
from yanxiu.integrity.models import PublicKind, PublicMark, PublicText, TextKind
from yanxiu.integrity.similarity import Text, folding, marking
from yanxiu.kit import sql
from yanxiu.kit.actor import SYSTEM
from yanxiu.orgs.models import Kind, Org
from yanxiu.people.models import Person

AT_MOST_MS = 20.0
LEAST_PRECISION, LEAST_RECALL = 0.95, 0.9
ANSWERS, PEOPLE, BATCH = 500, 400, 2_000
EACH, HONEST, QUOTING, DOCUMENTS = 80, 400, 160, 12
TABLES = ("integrity_mark", "integrity_indexedtext")
_BYTES = "SELECT pg_total_relation_size(%(table)s::regclass) AS bytes"
AT = datetime(2026, 11, 20, tzinfo=UTC)


@dataclass(frozen=True, kw_only=True)
class Probe:
    """A text to be checked, and the number of the one it was taken from (None: it is honest)."""

    kind: str
    body: str
    task: int
    source: int | None


def measure(*, texts: int, rounds: int, say: Callable[[str], None]) -> Figure:
    """Measure in a throw-away installation. Raises NotReady."""
    with ground.installation() as environment:
        say(f"空的安装已就绪，放进 {texts} 篇，查 {rounds} 轮")
        seen = ground.inside(environment, "similarity", texts, rounds, as_owner=True)
    return figure(seen, texts=texts, rounds=rounds)


def figure(seen: dict[str, dict[str, list[float]]], *, texts: int, rounds: int) -> Figure:
    """Return the median of a check; the kinds stand in the detail, each with its recall and that of bare bands."""
    p50, p95, p99 = shares(seen["seconds"]["check"])
    limit = shares(seen["seconds"]["bare"])[0]
    kinds = {kind: _row(*found) for kind, found in seen["found"].items()}
    guilty = sum(found[1] for kind, found in seen["found"].items() if kind not in _HONEST)
    wrong = sum(seen["found"][kind][1] for kind in _HONEST)
    precision = guilty / max(1, guilty + wrong)
    asked = ("copied", "dressed up", "shuffled", "padded to twice", "paraphrased 5 %", "paraphrased 15 %")
    least = min(float(kinds[kind]["noticed"]) for kind in asked if kind in kinds)
    return Figure(
        name="similarity", value=p50, unit="milliseconds per check", p50_ms=p50, p95_ms=p95, p99_ms=p99, limit=limit,
        ratio=round(limit / p50, 3) if p50 else 0.0, rows=texts, rounds=rounds, load="one process, check after check",
        detail={
            "limit_is": "MinHash by rensa (128, 32 bands of 4) and one bare lookup of the bands, nothing compared",
            "promised_ms": AT_MOST_MS,
            "promised_precision": LEAST_PRECISION, "promised_recall_to_15_%": LEAST_RECALL, "precision": round(precision, 4),
            "honest_noticed": f"{wrong:g} of {sum(seen['found'][kind][0] for kind in _HONEST):g}", "least_recall_to_15_%": least,
            "is_kept": p95 <= AT_MOST_MS and precision >= LEAST_PRECISION and least >= LEAST_RECALL,
            "cpu_ms_per_check": round(sum(seen["seconds"]["cpu"]) / max(1, len(seen["seconds"]["check"])) * 1000, 2),
            "read_a_document_ms": shares(seen["seconds"]["document"])[0], "index_ms_per_text": round(seen["seconds"]["index"][0] * 1000, 2),
            "megabytes": {name: round(found[0] / 2**20) for name, found in seen["bytes"].items()},
            "kept_with_check_ms": shares(seen["seconds"]["keep"])[0], "kinds": kinds,
        },
    )  # fmt: skip


def table(figure: Figure) -> str:
    """Return precision and the recall of each kind as lines of words."""
    detail = figure.detail
    lines = [
        f"precision {detail['precision']}, honest noticed {detail['honest_noticed']}, least recall to 15 % {detail['least_recall_to_15_%']}"
    ]
    kinds = detail["kinds"]
    rows = kinds.items() if isinstance(kinds, dict) else ()
    return "\n".join([*lines, *(f"{kind:20} " + ", ".join(f"{name} {value:g}" for name, value in row.items()) for kind, row in rows)])


_HONEST = ("honest", "honest, quoting")


def _row(asked: float, noticed: float, right: float, bare: float, share: float) -> dict[str, float]:
    return {
        "texts": int(asked), "noticed": round(noticed / asked, 3), "source_first": round(right / asked, 3),
        "bare_bands_find": round(bare / asked, 3), "median_share": round(share, 3),
    }  # fmt: skip


def compared(texts: int, rounds: int) -> dict[str, dict[str, list[float]]]:
    """Index so many essays, then check the probes; return seconds, and per kind how many were noticed."""
    people = _people()
    began = time.perf_counter()
    for begin in range(0, texts, BATCH):
        batch = [_text(people, number) for number in range(begin, min(begin + BATCH, texts))]
        actions.index_texts(texts=batch, by=SYSTEM, at=AT)
    indexing = (time.perf_counter() - began) / texts
    for table in TABLES:
        sql.analyze(table)
    bands.make([(number, _body(number)) for number in range(texts)])
    seconds: dict[str, list[float]] = {"check": [], "cpu": [], "bare": [], "document": [], "index": [indexing], "keep": []}
    found: dict[str, list[float]] = {}
    for turn in range(rounds):
        for number, probe in enumerate(_probes(texts, seconds["document"])):
            _check(probe, texts + number, people, seconds, found if turn == 0 else {})
    _keep(texts, people, seconds)
    for kind, counts in found.items():
        found[kind] = [*counts[:4], sorted(counts[4:])[len(counts[4:]) // 2]]
    sizes = {table: [float(sql.rows(_BYTES, {"table": table})[0]["bytes"])] for table in TABLES}
    return {"seconds": seconds, "found": found, "bytes": sizes}


def _check(probe: Probe, number: int, people: list[Person], seconds: dict[str, list[float]], found: dict[str, list[float]]) -> None:
    text = _made(people, number, probe.body, probe.task)
    began, cpu = time.perf_counter(), time.process_time()
    report = queries.check_text(text)
    seconds["check"].append(time.perf_counter() - began)
    seconds["cpu"].append(time.process_time() - cpu)
    began = time.perf_counter()
    bare = bands.look(probe.body)
    seconds["bare"].append(time.perf_counter() - began)
    counts = found.setdefault(probe.kind, [0, 0, 0, 0])
    counts[0] += 1
    counts[1] += report.is_noticed
    counts[2] += bool(report.matches) and report.matches[0].other.object_id == probe.source
    counts[3] += probe.source in bare
    counts.append(report.share)


def _keep(texts: int, people: list[Person], seconds: dict[str, list[float]]) -> None:
    for number in range(100):
        text = _made(people, 2 * texts + number, corpus.honest(2 * texts + number, task=1), 1)
        began = time.perf_counter()
        actions.index_text(text=text, by=SYSTEM, at=AT)
        seconds["keep"].append(time.perf_counter() - began)


def _probes(texts: int, reading: list[float]) -> Iterator[Probe]:
    source = random.Random(20261120)  # noqa: S311 - a corpus, no secret
    for kind, disguise in corpus.DISGUISES.items():
        for at in range(EACH):
            number, own = source.randrange(texts), corpus.honest(3 * texts + at, task=at % 7)
            yield Probe(kind=kind, body=disguise(_body(number), own, source), task=number // ANSWERS, source=number)
    for at in range(EACH):
        taken = [_body(source.randrange(texts)) for _ in range(3)]
        yield Probe(kind="patched of three", body=corpus.ring(taken, source), task=at % 7, source=-1)
    with tempfile.TemporaryDirectory() as folder:
        for at in range(DOCUMENTS):
            number = source.randrange(texts)
            body = _through_word(Path(folder) / f"{at}.docx", _body(number), reading)
            yield Probe(kind="copied, as .docx", body=body, task=number // ANSWERS, source=number)
    for at in range(HONEST):
        task = source.randrange(max(1, texts // ANSWERS))
        yield Probe(kind="honest", body=corpus.honest(4 * texts + at, task=task), task=task, source=None)
    for at in range(QUOTING):
        task = source.randrange(max(1, texts // ANSWERS))
        other = _body(source.randrange(texts))
        yield Probe(kind="honest, quoting", body=corpus.quoting(5 * texts + at, task=task, other=other), task=task, source=None)


def _through_word(path: Path, body: str, reading: list[float]) -> str:
    document = docx.Document()
    for line in body.split("\n"):
        document.add_paragraph(line)
    document.save(str(path))
    began = time.perf_counter()
    words = documents.words_at(path, "docx")
    reading.append(time.perf_counter() - began)
    return words


def _people() -> list[Person]:
    nation = Org.objects.filter(kind=Kind.NATION).order_by("pk").first() or teachers.org("全国", Kind.NATION, None)
    county = teachers.org("测量县", Kind.COUNTY, nation)
    for number, body in enumerate(stock.REGULATIONS):
        found = marking.public(folding.fold(body))
        row = PublicText.objects.create(
            org=county, kind=PublicKind.POLICY, title=f"文件 {number}", body=body, characters=len(body), marks=found, added_by=0,
            added_label="测量", added_at=AT,
        )  # fmt: skip
        PublicMark.objects.bulk_create([PublicMark(mark=one, text_id=row.pk) for one in found])
    school = teachers.org("测量学校", Kind.SCHOOL, county)
    rows = [
        Person(name=f"教师{n}", sort_key=f"{n:06d}", initials="js", unit=school, unit_path=school.path, created_at=AT)
        for n in range(PEOPLE)
    ]
    return Person.objects.bulk_create(rows)


def _body(number: int) -> str:
    return corpus.honest(number, task=number // ANSWERS)


def _text(people: list[Person], number: int) -> Text:
    return _made(people, number, _body(number), number // ANSWERS)


def _made(people: list[Person], number: int, body: str, task: int) -> Text:
    person = people[number % len(people)]
    return Text(
        kind=TextKind.HOMEWORK, object_type="submission", object_id=number, body=body, person_id=person.pk, unit_path=person.unit_path,
        written_at=AT - timedelta(days=1 + number % 700), programme_id=1, task=f"step:{task}", title="教学反思",
        template=(stock.ASKED[task % len(stock.ASKED)], *stock.HEADINGS[task % len(stock.HEADINGS)]),
    )  # fmt: skip
