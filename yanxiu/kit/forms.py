"""Between domain errors and forms."""

from django.forms import BaseForm

from yanxiu.kit.errors import DomainError


def explain(form: BaseForm, error: DomainError) -> int:
    """Put the error's sentence at its field, or on top of the form; return the HTTP status for the page."""
    form.add_error(error.field if error.field in form.fields else None, error.message)
    return error.status
