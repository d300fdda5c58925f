"""The second origin as ASGI: stored files by signed links, on its own port or host name (`FILES_PORT`, `FILES_URL`)."""

import os
from pathlib import Path

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

from django.conf import settings

from yanxiu.files.links import Signer
from yanxiu.files.origin import Origin
from yanxiu.files.package_door import script_of
from yanxiu.kit import clock

application = Origin(
    folder=Path(settings.DATA) / "files",
    signer=Signer(secret=settings.SECRET_KEY),
    pages_url=settings.BASE_URL,
    clock=clock.now,
    is_secure=settings.SECURE,
    package_script=script_of(Path(settings.STATIC_ROOT), *map(Path, settings.STATICFILES_DIRS)),
)
