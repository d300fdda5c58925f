from django.apps import AppConfig


class EvaluationConfig(AppConfig):
    name = "yanxiu.evaluation"
    label = "evaluation"
    verbose_name = "评价"

    def ready(self) -> None:
        from yanxiu.evaluation import reactions  # noqa: F401 - registers what evaluation hears
