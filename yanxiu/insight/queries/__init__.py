"""Reads of insight: the board of a unit, lists of people, how hours grow."""

from yanxiu.insight.queries.board import Board, UnitRow, board
from yanxiu.insight.queries.growth import growth
from yanxiu.insight.queries.kept import MANY, due
from yanxiu.insight.queries.pages import BoardPage, ToDo, board_page, heat_columns, link, teachers, trend
from yanxiu.insight.queries.people import RULES, PeoplePage, PersonRow, everybody, people
from yanxiu.insight.queries.place import Place, judged_by, place_of
from yanxiu.insight.queries.words import reminder, reminder_title, rules

__all__ = [
    "MANY",
    "RULES",
    "Board",
    "BoardPage",
    "PeoplePage",
    "PersonRow",
    "Place",
    "ToDo",
    "UnitRow",
    "board",
    "board_page",
    "due",
    "everybody",
    "growth",
    "heat_columns",
    "judged_by",
    "link",
    "people",
    "place_of",
    "reminder",
    "reminder_title",
    "rules",
    "teachers",
    "trend",
]
