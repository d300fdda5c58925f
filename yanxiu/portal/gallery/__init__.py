"""What the gallery shows: invented people and places, one evening (2026-11-20), the same facts on every page."""

from yanxiu.portal.gallery.examples import examples
from yanxiu.portal.gallery.sample import SECTIONS, form, frame

__all__ = ["SECTIONS", "examples", "form", "frame"]
