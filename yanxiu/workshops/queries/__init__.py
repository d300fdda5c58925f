"""Reads of workshops: lists of spaces, one space, its threads, its members, the host's desk."""

from yanxiu.workshops.queries.desk import Desk, DutyRow, desk
from yanxiu.workshops.queries.feed import Feed, feed, own_spaces
from yanxiu.workshops.queries.inside import insiders, lookup
from yanxiu.workshops.queries.likeness import Warned, alike_posts, alike_seen, left_posts
from yanxiu.workshops.queries.people import Receipt, has_read, hosts_of, members, membership_of, readers, receipt, waiting_requests
from yanxiu.workshops.queries.search import Hit, Hits, PostFilters, search_posts
from yanxiu.workshops.queries.spaces import Home, Mine, home, hosted, in_scope, mine, to_join, unanswered, with_org
from yanxiu.workshops.queries.threads import Part, first_threads, latest, parts, search, threads, versions, with_part

__all__ = [
    "Desk",
    "DutyRow",
    "Feed",
    "Hit",
    "Hits",
    "Home",
    "Mine",
    "Part",
    "PostFilters",
    "Receipt",
    "Warned",
    "alike_posts",
    "alike_seen",
    "desk",
    "feed",
    "first_threads",
    "has_read",
    "home",
    "hosted",
    "hosts_of",
    "in_scope",
    "insiders",
    "latest",
    "left_posts",
    "lookup",
    "members",
    "membership_of",
    "mine",
    "own_spaces",
    "parts",
    "readers",
    "receipt",
    "search",
    "search_posts",
    "threads",
    "to_join",
    "unanswered",
    "versions",
    "waiting_requests",
    "with_org",
    "with_part",
]
