"""Text as a search box compares it: in any letter case, with ё as е, on every database alike.

SQLite knows the case of Latin letters alone, and PostgreSQL that of the language it was set up
for. `name__folds="хрущев"` finds «Хрущёв» on both: Russian is mostly printed without the dots.
"""

from __future__ import annotations

from typing import Any

from django.db.models import CharField, Lookup, TextField


def fold(text: str) -> str:
    """Return a text in small letters, with е for ё."""
    return text.lower().replace("ё", "е")


class Folds(Lookup):
    """True of a text that holds the words anywhere, both folded. The words are plain text."""

    lookup_name = "folds"
    prepare_rhs = False

    def get_db_prep_lookup(self, value: Any, connection: Any) -> Any:
        return "%s", [fold(str(value))]

    def as_sql(self, compiler: Any, connection: Any) -> Any:
        return self._found_in(
            "strpos(translate(lower({} COLLATE \"und-x-icu\"), 'ё', 'е'), {})", compiler, connection
        )

    def as_sqlite(self, compiler: Any, connection: Any) -> Any:
        return self._found_in("instr(folded({}), {})", compiler, connection)

    def _found_in(self, search: str, compiler: Any, connection: Any) -> Any:
        text, text_params = self.process_lhs(compiler, connection)
        words, words_params = self.process_rhs(compiler, connection)
        return f"{search.format(text, words)} > 0", [*text_params, *words_params]


def teach_sqlite(connection: Any, **_: Any) -> None:
    """Give a new connection to SQLite the function that `folds` asks for."""
    if connection.vendor == "sqlite":
        connection.connection.create_function(
            "folded", 1, lambda text: None if text is None else fold(text), deterministic=True
        )


def register() -> None:
    CharField.register_lookup(Folds)
    TextField.register_lookup(Folds)
