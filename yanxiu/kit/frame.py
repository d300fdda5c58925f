"""The frame around every page: who wears which hat, the menu, the tabs. Filled by the portal, read by `page.html`."""

from collections.abc import Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True, kw_only=True)
class Hat:
    """A hat the person may wear. `id` is what `wear_hat_url` takes; `waiting` counts its open tasks."""

    id: str
    label: str
    unit: str = ""
    programme: str = ""
    current: bool = False
    waiting: int = 0


@dataclass(frozen=True, kw_only=True)
class MenuItem:
    """An entry of the sidebar, or a bottom tab of the phone. `hot` marks a count of late things."""

    label: str
    url: str
    icon: str
    current: bool = False
    count: int = 0
    hot: bool = False


@dataclass(frozen=True, kw_only=True)
class Frame:
    """All that the frame shows. `menu` has at most nine entries, `tabs` at most five; `note` is the last action's sentence.

    `theme`: auto, light, dark. `text_size`: normal, large. A URL that is "" hides what it would open.
    """

    hat_title: str = ""
    hat_unit: str = ""
    hats: Sequence[Hat] = field(default_factory=tuple)
    menu: Sequence[MenuItem] = field(default_factory=tuple)
    tabs: Sequence[MenuItem] = field(default_factory=tuple)
    person_name: str = ""
    unread: int = 0
    theme: str = "auto"
    text_size: str = "normal"
    site_name: str = "研修"
    point_name: str = ""
    filing: str = ""
    note: str = ""
    home_url: str = "/"
    search_url: str = ""
    search_hint: str = ""
    inbox_url: str = ""
    settings_url: str = ""
    help_url: str = ""
    sign_in_url: str = ""
    sign_out_url: str = ""
    wear_hat_url: str = ""
    text_size_url: str = ""
    theme_url: str = ""
    language_url: str = ""
    elsewhere: str = ""
    elsewhere_hat: str = ""

    @property
    def is_signed_in(self) -> bool:
        """Tell whether somebody is signed in: a frame without a name has no menu and no account."""
        return bool(self.person_name)

    @property
    def is_large(self) -> bool:
        """Tell whether 大字 is on."""
        return self.text_size == "large"


ANONYMOUS_FRAME = Frame()
