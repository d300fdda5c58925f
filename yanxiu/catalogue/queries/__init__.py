"""Reads of the catalogue: shelves, a course with its steps, a step as a learner sees it, reviews."""

from yanxiu.catalogue.queries.reviews import Happened, Round, decided_by, exceptions, history, rounds, versions, waiting
from yanxiu.catalogue.queries.shelf import (
    HOURS,
    PLACES,
    SORTS,
    Facets,
    Filters,
    facets,
    found_courses,
    narrowed_cases,
    narrowed_courses,
    shelf,
    state_counts,
)
from yanxiu.catalogue.queries.steps import Outline, Part, Preview, film_link, outline, pictures, preview, steps_of

__all__ = [
    "HOURS",
    "PLACES",
    "SORTS",
    "Facets",
    "Filters",
    "Happened",
    "Outline",
    "Part",
    "Preview",
    "Round",
    "decided_by",
    "exceptions",
    "facets",
    "film_link",
    "found_courses",
    "history",
    "narrowed_cases",
    "narrowed_courses",
    "outline",
    "pictures",
    "preview",
    "rounds",
    "shelf",
    "state_counts",
    "steps_of",
    "versions",
    "waiting",
]
