"""Components of the interface: a template that declares its parameters, and what it is given (`items`).

`{% component "card" title="…" %}…{% endcomponent %}` renders `kit/components/card.html`. The comment at the head of that file
is the declaration; `declaration` reads it, so that documentation and check are the same text.
"""

from yanxiu.kit.components.items import (
    Arc,
    Crumb,
    Effect,
    Fact,
    Figure,
    Filter,
    FunnelStep,
    HeatCell,
    HeatRow,
    Option,
    Series,
    Step,
    Tab,
    Tile,
    Unit,
    Window,
)

__all__ = [
    "Arc",
    "Crumb",
    "Effect",
    "Fact",
    "Figure",
    "Filter",
    "FunnelStep",
    "HeatCell",
    "HeatRow",
    "Option",
    "Series",
    "Step",
    "Tab",
    "Tile",
    "Unit",
    "Window",
]
