"""Filling in the admin's forms as a browser would: what the page holds, and what it refused."""

from __future__ import annotations

from typing import Any

from django.test import Client
from django.urls import reverse


def page_of(record: Any, name: str = "change", *args: Any) -> str:
    """The address of a record’s form at the desk, or of its page by another name of a URL."""
    info = f"{record._meta.app_label}_{record._meta.model_name}"
    return reverse(f"admin:{info}_{name}", args=[record.pk, *args])


def data_of(client: Client, url: str) -> dict[str, Any]:
    """Every value that the browser would send back from the form at `url`, unchanged."""
    context = client.get(url).context
    data: dict[str, Any] = {}
    if version := context.get("record_version"):
        data["record_version"] = version
        data |= dict(context["row_versions"])
    forms = [context["adminform"].form]
    for inline in context["inline_admin_formsets"]:
        forms += [inline.formset.management_form, *inline.formset.forms]
    for form in forms:
        for bound in form:
            value = bound.value()
            if value is None or value is False or bound.field.disabled:
                continue
            data[bound.html_name] = "on" if value is True else value
    if "change_reason" in forms[0].fields:
        data["change_reason"] = "Corrected from the protocol"
    return data


def errors_of(answer: Any) -> dict[str, list[str]]:
    """What the page complains about, by the name of the box; “__all__” for what has none."""
    assert answer.status_code == 200, f"answered {answer.status_code}, not a form with errors"
    found: dict[str, list[str]] = {}

    def collect(form: Any, prefix: str = "") -> None:
        for name, errors in form.errors.items():
            found[f"{prefix}{name}"] = [str(error) for error in errors]

    collect(answer.context["adminform"].form)
    for inline in answer.context["inline_admin_formsets"]:
        formset = inline.formset
        if formset.non_form_errors():
            found[formset.prefix] = [str(error) for error in formset.non_form_errors()]
        for form in formset.forms:
            collect(form, f"{form.prefix}-")
    return found


def citation_rows(*rows: dict[str, Any], stored: int = 0) -> dict[str, Any]:
    """What a browser sends for new citations after `stored` existing ones."""
    data: dict[str, Any] = {"citations-TOTAL_FORMS": stored + len(rows)}
    for number, row in enumerate(rows, start=stored):
        for name, value in {"stance": "supports", "checked": "read", "order": 0, **row}.items():
            data[f"citations-{number}-{name}"] = value
    return data
