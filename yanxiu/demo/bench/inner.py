"""What runs inside the throw-away installation of the draw and of growth: a process of its own that prints JSON.

`python -m yanxiu.demo.bench.study draw PEOPLE ROUNDS` and `… growth SMALL LARGE TIMES`.
"""

import json
import sys
from collections.abc import Mapping

import django
from django.apps import apps

if not apps.ready:
    django.setup()

from yanxiu.demo.bench import draw, growth


def main(words: list[str]) -> Mapping[str, object]:
    """Measure what is asked for; return what is printed."""
    name, *numbers = words
    figures = [int(number) for number in numbers]
    return draw.drawn(*figures) if name == "draw" else growth.grown(*figures)


if __name__ == "__main__":
    print(json.dumps(main(sys.argv[1:]), ensure_ascii=False))  # noqa: T201 - read by the process that asked
