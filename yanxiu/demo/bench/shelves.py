"""Milliseconds of a library's list over a hundred thousand resources: with and without words, facets counted each time."""

import time
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Final

from yanxiu.catalogue.queries import libraries
from yanxiu.catalogue.queries.libraries import LibraryFilters
from yanxiu.demo.bench import ground, teachers
from yanxiu.demo.bench.figures import Figure, shares
from yanxiu.demo.bench.similarity import corpus, stock
from yanxiu.kit import search, sql
from yanxiu.orgs.models import Kind
from yanxiu.people.models import Person

AT_MOST_MS = 40.0
TEXTS, PEOPLE = 5_000, 500
AT = datetime(2026, 11, 20, tzinfo=UTC)
RARE = "红树林"
_TEXTS: Final = (
    "CREATE TEMP TABLE bench_text (id int PRIMARY KEY, text text, words tsvector)",
    "INSERT INTO bench_text SELECT * FROM unnest(%(ids)s::int[], %(texts)s::text[], %(words)s::tsvector[])",
    "CREATE TEMP TABLE bench_person AS SELECT row_number() OVER (ORDER BY id) - 1 AS place, id, unit_id FROM people_person",
)
_RESOURCES: Final = """
INSERT INTO catalogue_resource (
    owner_id, owner_label, unit_id, kind, title, intro, stage, subject, topic, tags, originality, source_note, licence, is_downloadable,
    state, version, created_at, saved_at, kept_at, withdrawn_reason
)
SELECT p.id, '测量', p.unit_id, (%(kinds)s::text[])[1 + n %% 9], left(t.text, 60), '', (%(stages)s::text[])[1 + n %% 4],
    (%(subjects)s::text[])[1 + (n * 7) %% 16], '', '{}', 'own', '', 'study', true, 'kept', 1, m, m, m, ''
FROM generate_series(1, %(rows)s::int) n
CROSS JOIN LATERAL (SELECT %(at)s::timestamptz - n * interval '61 seconds' AS m) d
JOIN bench_text t ON t.id = (n * 7919::bigint) %% %(texts)s
JOIN bench_person p ON p.place = (n * 31::bigint) %% %(people)s
ORDER BY n
"""
_SHELVINGS: Final = """
INSERT INTO catalogue_shelving (
    resource_id, org_id, state, kind, stage, subject, version, words, reason, asked_label, asked_at, shelved_at, shelved_label, uses,
    featured_at
)
SELECT r.id, %(org)s, 'shelved', r.kind, r.stage, r.subject, 1, '', '', '', r.kept_at, r.kept_at, '', (r.id * 7919) %% 900,
    CASE WHEN r.id %% 50 = 0 THEN r.kept_at END
FROM catalogue_resource r
"""
_WORDS: Final = """
INSERT INTO catalogue_resourcewords (resource_id, words, text, dictionary)
SELECT r.id, t.words, t.text, %(dictionary)s FROM catalogue_resource r JOIN bench_text t ON left(t.text, 60) = r.title
ON CONFLICT DO NOTHING
"""


def measure(*, resources: int, rounds: int, say: Callable[[str], None]) -> Figure:
    """Measure in a throw-away installation. Raises NotReady."""
    with ground.installation() as environment:
        say(f"空的安装已就绪，放进 {resources} 份资源，查 {rounds} 轮")
        seen = ground.inside(environment, "library", resources, rounds, as_owner=True)
    return figure(seen, resources=resources, rounds=rounds)


def figure(seen: Mapping[str, Mapping[str, Sequence[float]]], *, resources: int, rounds: int) -> Figure:
    """Return the 95th per cent of all lists; each kind of list stands in the detail."""
    everything = [second for found in seen["seconds"].values() for second in found]
    p50, p95, p99 = shares(everything)
    return Figure(
        name="library", value=p95, unit="milliseconds per list with its facets (p95)", p50_ms=p50, p95_ms=p95, p99_ms=p99, limit=AT_MOST_MS,
        ratio=round(AT_MOST_MS / p95, 3) if p95 else 0.0, rows=resources, rounds=rounds, load="one process, list after list",
        detail={
            "promised_ms": AT_MOST_MS,
            "is_kept": p95 <= AT_MOST_MS,
            "kinds": {
                name: {"p50": shares(found)[0], "p95": shares(found)[1], "found": int(seen["found"][name][0])}
                for name, found in seen["seconds"].items()
            },
            "cpu_ms_per_list": round(seen["cpu"]["all"][0] * 1000 / max(1, len(everything)), 2),
        },
    )  # fmt: skip


def listed(resources: int, rounds: int) -> dict[str, dict[str, list[float]]]:
    """Lay the resources on one shelf, then list it as people do; return seconds and counts."""
    org_id = _lay(resources)
    asked = {
        "all, newest": LibraryFilters(),
        "one subject, most used": LibraryFilters(stage="初中", subject="数学", sort="used"),
        "rare word": LibraryFilters(text=RARE),
        "usual words": LibraryFilters(text=f"{stock.LESSONS[0]} {stock.OBJECTS[0]}"),
        "unselective word": LibraryFilters(text="学生"),
    }
    seconds: dict[str, list[float]] = {}
    found: dict[str, list[float]] = {}
    began = time.process_time()
    for name, filters in asked.items():
        for _ in range(rounds * 20):
            start = time.perf_counter()
            seen = libraries.shelf(libraries.on_shelf(org_id), filters, number=1)
            seconds.setdefault(name, []).append(time.perf_counter() - start)
        found[name] = [float(seen.total)]
    return {"seconds": seconds, "found": found, "cpu": {"all": [time.process_time() - began]}}


def _lay(resources: int) -> int:
    province = teachers.org("测量省", Kind.PROVINCE, teachers.org("测量国", Kind.NATION, None))
    county = teachers.org("测量县", Kind.COUNTY, province)
    Person.objects.bulk_create(
        [
            Person(name=f"测量{number}", sort_key=f"{number:06}", initials="cl", unit=county, unit_path=county.path, created_at=AT)
            for number in range(PEOPLE)
        ]
    )
    texts = [f"{number} {corpus.honest(number, task=number % 40)[:200]}{RARE if number % 1000 == 0 else ''}" for number in range(TEXTS)]
    words = [search.vector([(text[:60], "A"), (text[60:], "D")]) for text in texts]
    facts = {"ids": list(range(TEXTS)), "texts": texts, "words": words}
    for statement in _TEXTS:
        sql.run(statement, facts if "%(" in statement else ())
    kinds = ["教学设计", "课堂实录", "微课程", "课件", "案例", "习题试卷", "素材", "解决方案", "其他"]
    subjects = [
        "语文",
        "数学",
        "英语",
        "物理",
        "化学",
        "生物",
        "历史",
        "地理",
        "政治",
        "音乐",
        "体育",
        "美术",
        "科学",
        "信息技术",
        "心理",
        "劳动",
    ]
    stages = ["初中", "小学", "高中", "幼儿园"]
    sql.run(
        _RESOURCES,
        {
            "rows": resources, "at": AT, "texts": TEXTS, "people": PEOPLE, "kinds": kinds, "subjects": subjects, "stages": stages,
        },
    )  # fmt: skip
    sql.run("CREATE INDEX ON bench_text (left(text, 60))")
    sql.run(_SHELVINGS, {"org": province.pk})
    sql.run(_WORDS, {"dictionary": search.DICTIONARY})
    for table in ("catalogue_resource", "catalogue_shelving", "catalogue_resourcewords"):
        sql.analyze(table)
    return int(province.pk)
