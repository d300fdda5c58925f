from django.apps import AppConfig


class RecordsConfig(AppConfig):
    name = "yanxiu.records"
    label = "records"
    verbose_name = "记录"
