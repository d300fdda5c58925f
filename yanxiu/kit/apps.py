from django.apps import AppConfig


class KitConfig(AppConfig):
    name = "yanxiu.kit"
    label = "kit"
    verbose_name = "基础"
