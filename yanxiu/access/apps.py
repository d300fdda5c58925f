from django.apps import AppConfig


class AccessConfig(AppConfig):
    name = "yanxiu.access"
    label = "access"
    verbose_name = "权限"
