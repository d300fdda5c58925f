"""Settings, URLs, and the WSGI and ASGI doors of the installation."""
