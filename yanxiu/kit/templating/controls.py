"""Controls of forms are drawn by the same prepared templates as pages (ADR 0020)."""

from functools import cached_property
from pathlib import Path
from typing import Any

import django.forms
from django.forms.renderers import BaseRenderer

from yanxiu.kit.templating.backend import Backend

_LOADERS = ["django.template.loaders.filesystem.Loader", "django.template.loaders.app_directories.Loader"]


class Renderer(BaseRenderer):
    """Django's templates of widgets, prepared. `FORM_RENDERER` of the settings."""

    @cached_property
    def engine(self) -> Backend:
        """The engine of these templates."""
        folder = Path(django.forms.__file__).parent / "templates"
        options = {"loaders": [("yanxiu.kit.templating.backend.Loader", _LOADERS)]}
        return Backend({"NAME": "forms", "DIRS": [folder], "APP_DIRS": False, "OPTIONS": options})

    def get_template(self, template_name: str) -> Any:
        """Return a template by name."""
        return self.engine.get_template(template_name)
