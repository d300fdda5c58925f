from django.apps import AppConfig


class EvaluationConfig(AppConfig):
    name = "yanxiu.evaluation"
    label = "evaluation"
    verbose_name = "评价"
