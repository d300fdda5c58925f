"""Figures: each is measured together with the limit of the machine in the same run, and kept as JSON with date and commit.

`yanxiu bench NAME --json` measures, `yanxiu bench report` writes `docs/reference/performance.md` from what is kept. The load comes
from a process of its own; throw-away data lives in an installation of its own (`ground`).
"""
