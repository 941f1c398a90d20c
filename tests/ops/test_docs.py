"""The documentation says what the code does."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.apps import apps
from django.core.management import get_commands
from django.db import models
from django.urls import URLPattern, URLResolver, get_resolver

from records.fields import ProseField
from records.pictures.fields import PictureField
from records.sorting import SortKeyField
from tests import ROOT

APPS = ["records", "sources", "people", "reforms", "events", "lessons", "curation", "workbench"]
SHARED = ["Sluggable", "Identified", "Undated", "Published", "Pictured"]
DATE_PARTS = ["edtf", "text", "earliest", "latest", "sort"]
PAGES = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"), *ROOT.glob("courses/**/*.md")])


def read(path: str) -> str:
    return (ROOT / path).read_text(encoding="utf-8")


def first_column(text: str) -> list[str]:
    """The code words in the first cell of every table row."""
    return re.findall(r"(?m)^\| `([^`]+)` \|", text)


# --- the data model ---------------------------------------------------------------------------

KINDS: dict[type[models.Field], str] = {
    models.CharField: "text",
    ProseField: "long text",
    SortKeyField: "sort key",
    PictureField: "picture",
    models.URLField: "web address",
    models.BooleanField: "yes/no",
    models.DecimalField: "number",
    models.BigIntegerField: "whole number",
    models.PositiveIntegerField: "whole number",
    models.PositiveSmallIntegerField: "whole number",
    models.DateTimeField: "moment",
    models.JSONField: "structure",
}


def kind(field: models.Field) -> str:
    if isinstance(field, models.ManyToManyField):
        return f"many {field.related_model._meta.verbose_name_plural}"
    if isinstance(field, models.ForeignKey):
        return f"link to {field.related_model.__name__}"
    return "choice" if field.choices else KINDS[type(field)]


def fields_of(model: type[models.Model]) -> dict[str, str]:
    """Every field of a model and its kind; a historical date stands once, for its five columns."""
    dates = getattr(model, "historical_dates", {})
    columns = {f"{date}_{part}" for date in dates for part in DATE_PARTS}
    found = {
        field.name: kind(field)
        for field in [*model._meta.local_fields, *model._meta.local_many_to_many]
        if field.name not in {"id", *columns}
    }
    return found | dict.fromkeys(dates, "historical date")


def documented() -> dict[str, tuple[str, dict[str, str]]]:
    """Heading → (the text under it, field → kind) of docs/data-model.md."""
    sections = re.split(r"(?m)^### `(\w+)`$", read("docs/data-model.md"))[1:]
    found = {}
    for name, text in zip(sections[::2], sections[1::2], strict=True):
        own = re.split(r"(?m)^##", text)[0]
        found[name] = own, dict(re.findall(r"(?m)^\| `([^`]+)` \| ([^|]+?) \|", own))
    return found


MODELS = {
    model.__name__: model for label in APPS for model in apps.get_app_config(label).get_models()
}


def test_the_data_model_names_every_model() -> None:
    assert set(documented()) == {*MODELS, *SHARED}


@pytest.mark.parametrize("name", MODELS)
def test_the_data_model_names_every_field(name: str) -> None:
    sections = documented()
    text, fields = sections[name]
    parts = re.search(r"Shares: ([^.]*)\.", " ".join(text.split()))
    shared = re.findall(r"`(\w+)`", parts[1]) if parts else []
    assert shared == [
        base for base in SHARED if base in {cls.__name__ for cls in MODELS[name].__mro__}
    ]
    for part in shared:
        fields = fields | sections[part][1]
    assert fields == fields_of(MODELS[name])


# --- configuration ----------------------------------------------------------------------------


def test_the_configuration_names_every_variable() -> None:
    sources = [*ROOT.glob("config/*.py"), *ROOT.glob("dashboard/**/*.py")]
    read_by_code = {
        name
        for source in sources
        for name in re.findall(
            r"os\.environ(?:\.get\(|\[|,)\s*\"([A-Z_]+)\"", source.read_text(encoding="utf-8")
        )
    }
    assert "DATABASE_URL" in read_by_code
    assert set(first_column(read("docs/configuration.md"))) == read_by_code


# --- addresses --------------------------------------------------------------------------------

# Entrances whose inside is described elsewhere: the admin by its guide, the API by its schema, and
# one’s own account by docs/accounts.md.
ENTRANCES = ["/admin/", "/accounts/", "/api/v1/"]


def addresses(resolver: URLResolver, prefix: str = "/") -> Iterator[str]:
    for entry in resolver.url_patterns:
        path = prefix + re.sub(r"<\w+:(\w+)>", r"<\1>", str(entry.pattern)).lstrip("^")
        if inside := next((e for e in ENTRANCES if path.startswith(e)), None):
            yield inside
        elif isinstance(entry, URLResolver):
            yield from addresses(entry, path)
        elif isinstance(entry, URLPattern) and entry.name != "api-not-found":
            yield path


def test_the_addresses_name_every_page() -> None:
    assert set(first_column(read("docs/addresses.md"))) == set(addresses(get_resolver()))


# --- every page -------------------------------------------------------------------------------


def slug(heading: str) -> str:
    return re.sub(r"[^\w\- ]", "", heading.strip().lower()).replace(" ", "-")


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_lead_somewhere(page: Path) -> None:
    broken = []
    for target in re.findall(r"\]\(([^)\s]+)\)", page.read_text(encoding="utf-8")):
        if re.match(r"[a-z]+:", target):
            continue
        path, _, anchor = target.partition("#")
        file = (page.parent / path).resolve() if path else page
        if not file.exists():
            broken.append(target)
        elif anchor and file.suffix == ".md":
            headings = re.findall(r"(?m)^#+ (.+)$", file.read_text(encoding="utf-8"))
            if anchor not in {slug(heading) for heading in headings}:
                broken.append(target)
    assert broken == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_commands_exist(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    targets = set(re.findall(r"(?m)^([a-z-]+):", read("Makefile")))
    assert set(re.findall(r"`make ([a-z-]+)", text)) <= targets
    assert set(re.findall(r"manage\.py ([a-z_]+)", text)) <= get_commands().keys()


@pytest.mark.parametrize("page", ["docs/security.md"])
def test_the_tests_that_a_page_names_exist(page: str) -> None:
    named = re.findall(r"`((?:[\w.-]+/)+[\w.-]+\.(?:py|conf))(?:::(\w+))?`", read(page))
    assert len(named) > 30
    missing = [
        f"{path}::{name}"
        for path, name in named
        if not (ROOT / path).is_file() or (name and f"def {name}(" not in read(path))
    ]
    assert missing == []


@pytest.mark.parametrize("picture", sorted(ROOT.glob("docs/images/*")), ids=lambda p: p.name)
def test_pictures_are_small_and_used(picture: Path) -> None:
    assert picture.stat().st_size < 300_000
    assert any(picture.name in page.read_text(encoding="utf-8") for page in PAGES)


def test_make_help_lists_every_target() -> None:
    makefile = read("Makefile")
    declared = re.search(r"(?m)^\.PHONY: (.+)$", makefile)
    assert declared
    assert set(re.findall(r"(?m)^([a-z-]+):.*## ", makefile)) == set(declared[1].split())
