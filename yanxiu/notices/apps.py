from django.apps import AppConfig


class NoticesConfig(AppConfig):
    name = "yanxiu.notices"
    label = "notices"
    verbose_name = "消息"
