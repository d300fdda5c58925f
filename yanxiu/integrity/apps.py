from django.apps import AppConfig


class IntegrityConfig(AppConfig):
    name = "yanxiu.integrity"
    label = "integrity"
    verbose_name = "诚信"
