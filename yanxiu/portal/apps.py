from django.apps import AppConfig


class PortalConfig(AppConfig):
    name = "yanxiu.portal"
    label = "portal"
    verbose_name = "门户"
