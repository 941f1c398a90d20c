from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Finding:
    """One thing that a check found: where, what is wrong, and what to do about it.

    An error keeps something from working or will; a remark may be meant so.
    """

    where: str
    what: str
    todo: str
    is_error: bool = True

    def __str__(self) -> str:
        return (
            f"{'ERROR' if self.is_error else 'Remark'}: {self.where}: {self.what}\n    {self.todo}"
        )


def remark(where: str, what: str, todo: str) -> Finding:
    return Finding(where, what, todo, is_error=False)


def few(names: list[str], most: int = 5) -> str:
    """The first of some names, and how many more there are."""
    more = len(names) - most
    return ", ".join(names[:most]) + (f" and {more} more" if more > 0 else "")
