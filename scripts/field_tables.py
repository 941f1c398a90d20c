"""Write the tables of fields in docs/ anew from the models: `make tables`.

docs/content-format.md holds what `events.package.describing.as_markdown` says. In
docs/data-model.md a field that has no row yet gets one, with its help text; rows that are there
keep their words.
"""

from __future__ import annotations

import os
import re
import sys
from pathlib import Path

import django

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
django.setup()

from django.apps import apps  # noqa: E402

from events.package.describing import as_markdown  # noqa: E402
from tests.ops.test_docs import APPS, SHARED, documented, fields_of  # noqa: E402


def content_format(text: str) -> str:
    """The page with its tables, from the first heading of a table to the last row, as they are."""
    tables = as_markdown()
    first = tables.split("\n", 1)[0]
    heading = re.match(r"#+ ", first)
    assert heading is not None, "The tables begin with a heading."
    start = text.index(first + "\n")
    # Tables of two kinds may end in the same row, and the last kind may be a new one.
    end = text.index("\n", text.rindex("\n| `") + 1)
    return text[:start] + tables.rstrip() + text[end:]


def data_model(text: str) -> str:
    """The page with a row for every field."""
    sections = documented()
    for label in APPS:
        for model in apps.get_app_config(label).get_models():
            name = model.__name__
            own = sections[name][1]
            shared = {
                field
                for base in SHARED
                if base in {cls.__name__ for cls in model.__mro__}
                for field in sections[base][1]
            }
            before = ""
            for field, holds in fields_of(model).items():
                if field not in own and field not in shared:
                    # A historical date is five columns, and none of them has its name.
                    dates = getattr(model, "historical_dates", {})
                    source = dates.get(field) or model._meta.get_field(field)
                    words = getattr(source, "help_text", "")
                    text = _with_row(text, name, before, f"| `{field}` | {holds} | {words} |")
                before = field if field not in shared else before
    return text


def _with_row(text: str, model: str, before: str, row: str) -> str:
    """The page with a row under that of the field `before` in the table of a model."""
    start = text.index(f"### `{model}`\n")
    mark = f"| `{before}` |" if before else "| --- |"
    place = text.index("\n", text.index(mark, start))
    return f"{text[:place]}\n{row}{text[place:]}"


for path, written in (("content-format.md", content_format), ("data-model.md", data_model)):
    page = ROOT / "docs" / path
    page.write_text(written(page.read_text(encoding="utf-8")), encoding="utf-8")
