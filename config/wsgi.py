"""The pages, as WSGI (Django under its own ASGI handler is many times slower: ADR 0003)."""

import gc
import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
application = get_wsgi_application()

# What stands now stays: it is not looked through again and again. A page makes some ten thousand objects, which go with it.
gc.freeze()
gc.set_threshold(20_000, 10, 10)
