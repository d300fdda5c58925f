"""Milliseconds of a library's list over a hundred thousand resources: with and without words, with its facets."""

import time
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Final

from yanxiu.catalogue.queries import shelved
from yanxiu.catalogue.queries.shelved import LibraryFilters
from yanxiu.demo.bench import ground, laying, teachers
from yanxiu.demo.bench.figures import Figure, shares
from yanxiu.demo.bench.laying import RARE
from yanxiu.demo.bench.similarity import stock
from yanxiu.kit import search, sql
from yanxiu.orgs.models import Kind, Org
from yanxiu.people.models import Person

AT_MOST_MS, AT_MOST_UNSELECTIVE_MS = 40.0, 150.0
TEXTS, PEOPLE = 4_999, 499
AT = datetime(2026, 11, 20, tzinfo=UTC)
_KINDS: Final = ("教学设计", "课堂实录", "微课程", "课件", "案例", "习题试卷", "素材", "解决方案", "其他")
_STAGES: Final = ("初中", "小学", "高中", "幼儿园")
_SUBJECTS: Final = (
    "语文", "数学", "英语", "物理", "化学", "生物", "历史", "地理", "政治", "音乐", "体育", "美术", "科学", "信息技术", "心理", "劳动",
)  # fmt: skip
_RESOURCES: Final = """
INSERT INTO catalogue_resource (
    id, owner_id, owner_label, unit_id, kind, title, intro, stage, subject, topic, tags, originality, source_note, licence,
    is_downloadable, state, version, created_at, saved_at, kept_at, withdrawn_reason
)
SELECT %(before)s + n, p.id, '测量', %(unit)s, (%(kinds)s::text[])[1 + n %% 9], left(t.text, 60), '', (%(stages)s::text[])[1 + n %% 4],
    (%(subjects)s::text[])[1 + (n / 4 * 7) %% 16], '', '{}', 'own', '', 'study', true, 'kept', 1, m, m, m, ''
FROM generate_series(1, %(rows)s::int) n
CROSS JOIN LATERAL (SELECT %(at)s::timestamptz - n * interval '61 seconds' AS m) d
JOIN bench_text t ON t.id = (n * 7919::bigint) %% %(texts)s
JOIN bench_owner p ON p.place = (n * 31::bigint) %% %(people)s
"""
_SHELVINGS: Final = """
INSERT INTO catalogue_shelving (
    resource_id, org_id, state, kind, stage, subject, version, words, reason, asked_label, asked_at, shelved_at, shelved_label, uses,
    featured_at
)
SELECT r.id, %(org)s, 'shelved', r.kind, r.stage, r.subject, 1, '', '', '', r.kept_at, r.kept_at, '', (r.id * 7919) %% 900,
    CASE WHEN r.id %% 50 = 0 THEN r.kept_at END
FROM catalogue_resource r WHERE r.id > %(before)s AND r.id <= %(before)s + %(rows)s
"""
_WORDS: Final = """
INSERT INTO catalogue_resourcewords (resource_id, words, text, dictionary)
SELECT %(before)s + n, t.words, t.text, %(dictionary)s
FROM generate_series(1, %(rows)s::int) n JOIN bench_text t ON t.id = (n * 7919::bigint) %% %(texts)s
"""


def measure(*, resources: int, rounds: int, say: Callable[[str], None]) -> Figure:
    """Measure in a throw-away installation. Raises NotReady."""
    with ground.installation() as environment:
        say(f"空的安装已就绪，放进 {resources} 份资源，查 {rounds} 轮")
        seen = ground.inside(environment, "library", resources, rounds, as_owner=True)
    return figure(seen, resources=resources, rounds=rounds)


def figure(seen: Mapping[str, Mapping[str, Sequence[float]]], *, resources: int, rounds: int) -> Figure:
    """Return the 95th per cent of lists without words or with selective ones; each kind of list stands in the detail."""
    selective = [second for name, found in seen["seconds"].items() if "unselective" not in name for second in found]
    common = [second for name, found in seen["seconds"].items() if "unselective" in name for second in found]
    p50, p95, p99 = shares(selective)
    slow = shares(common)[1]
    return Figure(
        name="library", value=p95, unit="milliseconds per list with its facets (p95)", p50_ms=p50, p95_ms=p95, p99_ms=p99, limit=AT_MOST_MS,
        ratio=round(AT_MOST_MS / p95, 3) if p95 else 0.0, rows=resources, rounds=rounds, load="one process, list after list",
        detail={
            "unselective_p95_ms": slow,
            "promised_ms": AT_MOST_MS,
            "promised_unselective_ms": AT_MOST_UNSELECTIVE_MS,
            "is_kept": p95 <= AT_MOST_MS and slow <= AT_MOST_UNSELECTIVE_MS,
            "kinds": {
                name: {"p50": shares(found)[0], "p95": shares(found)[1], "found": int(seen["found"][name][0])}
                for name, found in seen["seconds"].items()
            },
            "cpu_ms_per_list": round(seen["cpu"]["all"][0] * 1000 / max(1, len(selective) + len(common)), 2),
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
        "usual word": LibraryFilters(text=stock.LESSONS[1]),
        "unselective word": LibraryFilters(text="学生"),
        "unselective word in one subject": LibraryFilters(text="学生", stage="初中", subject="数学"),
        "unselective: one of fifteen": LibraryFilters(text=stock.WHO[0]),
    }
    seconds: dict[str, list[float]] = {}
    found: dict[str, list[float]] = {}
    began = time.process_time()
    for name, filters in asked.items():
        for _ in range(rounds * 20):
            start = time.perf_counter()
            seen = shelved.shelf(org_id, filters, number=1)
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
    laying.texts(TEXTS, title=True)
    fill(province, county, resources)
    return int(province.pk)


def fill(library: Org, unit: Org, resources: int, *, owners: int = PEOPLE) -> None:
    """Put so many resources more, of a unit and by so many people, on the shelf of a library; `bench_text` is there."""
    people = list(Person.objects.order_by("pk").values_list("pk", flat=True)[:owners])
    laying.numbered("bench_owner", people)
    facts = {
        "rows": resources, "before": laying.next_id("catalogue_resource", resources), "at": AT, "texts": TEXTS, "people": len(people),
        "unit": unit.pk, "org": library.pk, "kinds": list(_KINDS), "stages": list(_STAGES), "subjects": list(_SUBJECTS),
        "dictionary": search.DICTIONARY,
    }  # fmt: skip
    with laying.in_bulk("catalogue_resource", "catalogue_shelving", "catalogue_resourcewords", "catalogue_shelfcount"):
        for statement in (_RESOURCES, _SHELVINGS, _WORDS):
            sql.run(statement, facts)
        sql.run("SELECT catalogue_shelf_count_all()")
    sql.run("DROP TABLE bench_owner")
