from django.apps import AppConfig


class FieldworkConfig(AppConfig):
    name = "yanxiu.fieldwork"
    label = "fieldwork"
    verbose_name = "校本"
