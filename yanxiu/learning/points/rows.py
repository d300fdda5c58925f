"""Which rows a course package holds, how they are written, and how they come into the point's database with the centre's ids.

A point's database belongs to one centre, so ids are kept: what is studied there names the same things here. Identity numbers,
mobile numbers and passwords stay at the centre; a person signs in at the point by a code of her own.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.core import serializers
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import Q, QuerySet

from yanxiu.access.models import Appointment
from yanxiu.catalogue import content
from yanxiu.catalogue.models import Course, LessonCase, Module, Package, Step, StepKind
from yanxiu.files import packages as folders
from yanxiu.files import queries as stored
from yanxiu.files.models import Rendition, StoredFile
from yanxiu.kit import sql
from yanxiu.learning.models import CaseDraw, SchoolTopic, Selection
from yanxiu.orgs.models import Org
from yanxiu.people.models import Account, Affiliation, Person, Teaching
from yanxiu.programmes.models import Enrolment, EnrolmentState, Offering, PlanVersion, Programme, Window

_PERSON_STAYS: Mapping[str, object] = {
    "identity_cipher": None, "identity_index": None, "identity_hint": "", "mobile_cipher": None, "mobile_index": None, "mobile_hint": "",
}  # fmt: skip
_ACCOUNT_STAYS: Mapping[str, object] = {"password": "!", "state": "invited", "activated_at": None, "last_login": None, "last_hat": ""}
# What was done of a case travels as a fact and is carried through at the point, where newer rows must not undo it.
_DONE_STAYS: Mapping[str, object] = {"watched_at": None, "reported_at": None, "done_at": None}
_BLANKS: Mapping[type[models.Model], Mapping[str, object]] = {Person: _PERSON_STAYS, Account: _ACCOUNT_STAYS, CaseDraw: _DONE_STAYS}
_FIXED = frozenset({PlanVersion})
_ORDER: tuple[type[models.Model], ...] = (
    Org, Person, Account, Affiliation, Teaching, StoredFile, Rendition, Package, Course, Module, Step, LessonCase, Programme, PlanVersion,
    Window, Offering, Enrolment, SchoolTopic, Selection, CaseDraw, Appointment,
)  # fmt: skip

# New rows get numbers after those that came; the web's role may take numbers, not set them.
_ADVANCE = """
SELECT count(nextval(pg_get_serial_sequence('{table}', 'id')))
FROM generate_series(1, (SELECT max(id) FROM {table})
    - COALESCE((SELECT last_value FROM pg_sequences WHERE format('%I.%I', schemaname, sequencename)::regclass
                = pg_get_serial_sequence('{table}', 'id')::regclass), 0))
"""


@dataclass(frozen=True, kw_only=True)
class Chosen:
    """What a package is about: the participants who study at the point, and the courses and cases in their lists."""

    point: Org
    programme: Programme
    enrolments: list[int]
    people: list[int]
    versions: list[int]
    courses: list[int]
    cases: list[int]


def chosen(point: Org, programme: Programme) -> Chosen:
    """Look up what goes into a package. Cost: 3 queries."""
    rows = list(
        Enrolment.objects.filter(programme=programme, point=point, state=EnrolmentState.ACTIVE)
        .order_by("pk")
        .values_list("pk", "person_id", "version_id")
    )
    ids = [pk for pk, _, _ in rows]
    courses = Selection.objects.filter(enrolment__in=ids, dropped_at__isnull=True).values_list("offering__course_id", flat=True)
    cases = CaseDraw.objects.filter(enrolment__in=ids, voided_at__isnull=True).values_list("case_id", flat=True)
    return Chosen(
        point=point,
        programme=programme,
        enrolments=ids,
        people=[person for _, person, _ in rows],
        versions=sorted({version for _, _, version in rows} | ({programme.current_id} if programme.current_id else set())),
        courses=sorted(set(courses)),
        cases=sorted(set(cases)),
    )


def dump(about: Chosen) -> Iterator[str]:
    """Yield the rows as lines of JSON, what is pointed to before what points. Cost: about 25 queries."""
    for model, rows in _sets(about):
        blanks = _BLANKS.get(model, {})
        for row in serializers.serialize("python", rows.order_by("pk")):
            row["fields"].update(blanks)
            yield json.dumps(row, cls=DjangoJSONEncoder, ensure_ascii=False)


def files_of(about: Chosen) -> QuerySet[StoredFile]:
    """Return the stored files that the courses and cases of the package show."""
    steps = Step.objects.filter(course__in=about.courses)
    ids: set[int] = set()
    for source in (steps, LessonCase.objects.filter(pk__in=about.cases)):
        for media, captions, poster in source.values_list("media_id", "captions_id", "poster_id"):
            ids |= {one for one in (media, captions, poster) if one is not None}
    for raw in steps.filter(kind=StepKind.IMAGES).values_list("content", flat=True):
        ids |= {picture.file_id for picture in content.read(raw, content.ImageSet).pictures}
    return StoredFile.objects.filter(pk__in=ids, deleted_at__isnull=True)


def packages_of(about: Chosen) -> QuerySet[Package]:
    """Return the course packages that the courses play."""
    played = Step.objects.filter(course__in=about.courses, kind=StepKind.PACKAGE).values_list("content", flat=True)
    return Package.objects.filter(pk__in={content.read(raw, content.Package).package_id for raw in played})


def bytes_of(about: Chosen) -> Iterator[tuple[str, Path]]:
    """Yield what a package carries beside its rows: films, documents, and the unpacked course packages; not what those came as."""
    yield from stored.shipped(files_of(about))
    for name in packages_of(about).order_by("pk").values_list("storage_name", flat=True):
        yield from folders.shipped(stored.folder(), name)


def load(lines: Iterable[str]) -> dict[str, int]:
    """Write the rows with the ids they came with, over what an earlier package brought; return how many of each model.

    Runs in a transaction of the owner of the tables. Raises ValueError for a row that does not belong into a package.
    """
    known = {_name(model): model for model in _ORDER}
    found: dict[type[models.Model], list[dict[str, Any]]] = {model: [] for model in _ORDER}
    for line in lines:
        row = json.loads(line)
        if row.get("model") not in known:
            raise ValueError(row.get("model"))
        found[known[row["model"]]].append(row)
    for model in _ORDER:
        _write(model, found[model])
    for model in _ORDER:
        sql.rows(_ADVANCE.format(table=model._meta.db_table))  # noqa: SLF001 - Django's documented door
    return {name: len(found[model]) for name, model in known.items() if found[model]}


def _write(model: type[models.Model], rows: list[dict[str, Any]]) -> None:
    if not rows:
        return
    made = [one.object for one in serializers.deserialize("python", rows, ignorenonexistent=True)]
    if model is Account:  # who has come in at the point stays in
        _keep_doors(made)
    fields = model._meta.concrete_fields  # noqa: SLF001 - Django's documented door
    kept = _DONE_STAYS if model is CaseDraw else {}
    names = [field.name for field in fields if not field.primary_key and field.name not in kept]
    manager: Any = model.objects  # type: ignore[attr-defined]  # every model of ours has it
    if model in _FIXED:
        manager.bulk_create(made, ignore_conflicts=True, batch_size=500)
    else:
        manager.bulk_create(made, update_conflicts=True, unique_fields=["pk"], update_fields=names, batch_size=500)


def _name(model: type[models.Model]) -> str:
    return model._meta.label_lower  # noqa: SLF001 - Django's documented door


def _keep_doors(made: list[Any]) -> None:
    present = {one.pk: one for one in Account.objects.filter(pk__in=[one.pk for one in made]).order_by("pk")}
    for one in made:
        here = present.get(one.pk)
        if here is not None:
            for name in ("password", "state", "activated_at", "password_changed_at", "security_stamp", "text_size", "theme", "last_hat"):
                setattr(one, name, getattr(here, name))


def _sets(about: Chosen) -> Iterator[tuple[type[models.Model], QuerySet[Any]]]:
    staff = Appointment.objects.filter(org=about.point, revoked_at__isnull=True)
    people = Person.objects.filter(Q(pk__in=about.people) | Q(pk__in=staff.values("person")))
    courses = Course.objects.filter(pk__in=about.courses)
    cases = LessonCase.objects.filter(pk__in=about.cases)
    packages = packages_of(about)
    files = StoredFile.objects.filter(Q(pk__in=files_of(about)) | Q(pk__in=packages.values("file")))
    enrolments = Enrolment.objects.filter(pk__in=about.enrolments)
    yield Org, _units(about, people, courses, cases, packages)
    yield Person, people
    yield Account, Account.objects.filter(person__in=people)
    yield Affiliation, Affiliation.objects.filter(person__in=people, until_on__isnull=True)
    yield Teaching, Teaching.objects.filter(person__in=people)
    yield StoredFile, files
    yield Rendition, Rendition.objects.filter(file__in=files)
    yield Package, packages
    yield Course, courses
    yield Module, Module.objects.filter(course__in=courses)
    yield Step, Step.objects.filter(course__in=courses)
    yield LessonCase, cases
    yield Programme, Programme.objects.filter(pk=about.programme.pk)
    yield PlanVersion, PlanVersion.objects.filter(pk__in=about.versions)
    yield Window, Window.objects.filter(version__in=about.versions)
    yield Offering, Offering.objects.filter(programme=about.programme, course__in=courses)
    yield Enrolment, enrolments
    yield SchoolTopic, SchoolTopic.objects.filter(programme=about.programme, school__in=enrolments.values("unit"))
    yield Selection, Selection.objects.filter(enrolment__in=enrolments, dropped_at__isnull=True)
    yield CaseDraw, CaseDraw.objects.filter(enrolment__in=enrolments, voided_at__isnull=True)
    yield Appointment, staff


def _units(
    about: Chosen, people: QuerySet[Person], courses: QuerySet[Course], cases: QuerySet[LessonCase], packages: QuerySet[Package]
) -> QuerySet[Org]:
    named = Org.objects.filter(
        Q(pk__in=[about.point.pk, about.programme.owner_id])
        | Q(pk__in=people.values("unit"))
        | Q(pk__in=Enrolment.objects.filter(pk__in=about.enrolments).values("unit"))
        | Q(pk__in=Affiliation.objects.filter(person__in=people, until_on__isnull=True).values("org"))
        | Q(pk__in=courses.values("owner"))
        | Q(pk__in=cases.values("owner"))
        | Q(pk__in=packages.values("owner"))
        | Q(pk__in=Window.objects.filter(version__in=about.versions, unit__isnull=False).values("unit"))
    )
    with_parents = {int(part) for path in named.values_list("path", flat=True) for part in path.split("/") if part}
    return Org.objects.filter(pk__in=with_parents)
