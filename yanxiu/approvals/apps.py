from django.apps import AppConfig


class ApprovalsConfig(AppConfig):
    name = "yanxiu.approvals"
    label = "approvals"
    verbose_name = "审核"
