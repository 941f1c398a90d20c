"""What changed between two snapshots, in words a teacher can read. Pure functions; no queries."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from typing import Any

from records.kinds import kind_of, kinds

Snapshot = dict[str, Any]
EMPTY: Snapshot = {"fields": {}, "rows": {}}


@dataclass(frozen=True)
class Piece:
    """A stretch of words that stayed (`=`), went (`-`) or came (`+`)."""

    sign: str
    text: str


@dataclass
class Change:
    """One field that differs. `path` names it within the record: “fields/name” or
    “rows/tenures/khrushchev-premier-1958” for a row, which is taken or left as a whole."""

    path: str
    label: str
    before: str
    after: str

    @cached_property
    def pieces(self) -> list[Piece]:
        """Both sides as one text. Found when it is shown, never while a record is held."""
        return words_marked(self.before, self.after)


@dataclass
class RowChange:
    """One row that came, went or changed, with its own differences."""

    path: str
    label: str
    kind: str  # "added", "removed", "changed"
    changes: list[Change]


@dataclass
class Difference:
    """Everything that differs between two snapshots of one record."""

    fields: list[Change]
    rows: list[RowChange]

    def __bool__(self) -> bool:
        return bool(self.fields or self.rows)

    @property
    def paths(self) -> list[str]:
        return [field.path for field in self.fields] + [row.path for row in self.rows]


def difference(before: Snapshot | None, after: Snapshot | None) -> Difference:
    """Compare two snapshots of one record; None stands for a record that is not there."""
    old, new = before or EMPTY, after or EMPTY
    rows = []
    names = [*new["rows"], *(name for name in old["rows"] if name not in new["rows"])]
    for name in names:
        rows += _rows(name, old["rows"].get(name, []), new["rows"].get(name, []))
    return Difference(_fields("fields", old["fields"], new["fields"]), rows)


def _fields(path: str, old: dict[str, Any], new: dict[str, Any]) -> list[Change]:
    changes = []
    for name in [*new, *(name for name in old if name not in new)]:
        if old.get(name) != new.get(name):
            before, after = shown(old.get(name)), shown(new.get(name))
            changes.append(Change(f"{path}/{name}", label(name), before, after))
    return changes


def _rows(name: str, old: list[dict[str, Any]], new: list[dict[str, Any]]) -> list[RowChange]:
    before = {row["id"]: row for row in old}
    after = {row["id"]: row for row in new}
    row_changes = []
    for key in [*after, *(key for key in before if key not in after)]:
        old_row, new_row = before.get(key), after.get(key)
        if old_row == new_row:
            continue
        path = f"rows/{name}/{key}"
        kind = "added" if old_row is None else "removed" if new_row is None else "changed"
        changes = _fields(path, (old_row or EMPTY)["fields"], (new_row or EMPTY)["fields"])
        inner = difference(
            {"fields": {}, "rows": (old_row or EMPTY)["rows"]},
            {"fields": {}, "rows": (new_row or EMPTY)["rows"]},
        )
        for row in inner.rows:
            for change in row.changes:
                changes.append(
                    Change(
                        path,
                        f"{row.label}: {change.label}",
                        change.before,
                        change.after,
                    )
                )
        named = row_label(name, new_row or old_row or EMPTY)
        row_changes.append(RowChange(path, named, kind, changes))
    return row_changes


def label(name: str) -> str:
    """A field's name as a reader would say it: “measure_taken” → “Measure taken”."""
    return name.replace("_", " ").capitalize()


def row_label(relation: str, row: dict[str, Any]) -> str:
    """What a row is called in a list of differences: “Citation: lewin-2005, p. 412”."""
    fields = row["fields"]
    noun, called_by = _row_words().get(relation, (label(relation), ()))
    name = next((str(fields[n]) for n in called_by if fields.get(n)), row.get("id", ""))
    place = fields.get("locator") or ""
    return f"{noun}: {name}{f', {place}' if place else ''}"


@cache
def _row_words() -> dict[str, tuple[str, tuple[str, ...]]]:
    """Relation → what one of its rows is called, and by which of its fields."""
    return {
        relation: (row.noun, row.called_by)
        for kind in kinds()
        for relation in kind.rows
        for row in [kind_of(kind.model._meta.get_field(relation).related_model)]
    }


def shown(value: Any) -> str:
    """A kept value in words: dates as they are written, lists separated by commas."""
    if value is None or value == "":
        return ""
    if isinstance(value, dict):
        return f"{value['text']} ({value['edtf']})" if value.get("text") else value["edtf"]
    if isinstance(value, list):
        return ", ".join(map(str, value))
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value)


# What one comparison may cost, in pairs of words looked at: some hundred changed words in the
# longest text, found in a small part of a second. Texts that have less in common are two texts.
MOST_STEPS = 200_000


def words_marked(before: str, after: str) -> list[Piece]:
    """The two texts as one, with the words that went and came marked.

    Where too many words differ, whole lines are marked; where too many lines do, everything.
    """
    for part in (r"\s+|\S+", r"[^\n]*\n+|[^\n]+"):
        old, new = re.findall(part, before), re.findall(part, after)
        if (common := _common(old, new)) is not None:
            return _pieces(old, new, common)
    return _pieces([before], [after], [])


def _pieces(old: Sequence[str], new: Sequence[str], common: list[tuple[int, int]]) -> list[Piece]:
    """The stretches of two texts. In: the pairs of places that stay, in order."""
    pieces: list[Piece] = []
    i = k = 0
    for j, m in [*common, (len(old), len(new))]:
        for sign, words in (("-", old[i:j]), ("+", new[k:m])):
            if words:
                pieces.append(Piece(sign, "".join(words)))
        if j < len(old):
            if (i, k) == (j, m) and pieces and pieces[-1].sign == "=":
                pieces[-1] = Piece("=", pieces[-1].text + old[j])
            else:
                pieces.append(Piece("=", old[j]))
        i, k = j + 1, m + 1
    return pieces


def _common(old: Sequence[str], new: Sequence[str]) -> list[tuple[int, int]] | None:
    """The most places that both have in the same order; None when that takes over MOST_STEPS.

    E. Myers, “An O(ND) difference algorithm and its variations”, Algorithmica 1 (1986): quick
    where little differs, and what it costs can be counted while it works.
    """
    # How far each diagonal (place in old less place in new) was followed, after each difference.
    reached = {1: 0}
    ways: list[dict[int, int]] = []
    steps = 0
    for differences in range(len(old) + len(new) + 1):
        ways.append(reached.copy())
        for diagonal in range(-differences, differences + 1, 2):
            down = diagonal == -differences or (
                diagonal != differences and reached[diagonal - 1] < reached[diagonal + 1]
            )
            i = reached[diagonal + 1] if down else reached[diagonal - 1] + 1
            k = i - diagonal
            began = i
            while i < len(old) and k < len(new) and old[i] == new[k]:
                i, k = i + 1, k + 1
            reached[diagonal] = i
            if i >= len(old) and k >= len(new):
                return _way_back(ways, i, k)
            steps += 1 + i - began
        if steps > MOST_STEPS:
            return None
    return None


def _way_back(ways: list[dict[int, int]], i: int, k: int) -> list[tuple[int, int]]:
    """The pairs of places along the way that reached the end of both texts, `i` and `k`."""
    pairs: list[tuple[int, int]] = []
    for differences in range(len(ways) - 1, -1, -1):
        reached, diagonal = ways[differences], i - k
        down = diagonal == -differences or (
            diagonal != differences and reached[diagonal - 1] < reached[diagonal + 1]
        )
        before = diagonal + 1 if down else diagonal - 1
        start = reached[before]
        while i > (start if down else start + 1):
            i, k = i - 1, k - 1
            pairs.append((i, k))
        i, k = start, start - before
    return pairs[::-1]


def taken(base: Snapshot, proposed: Snapshot, paths: set[str]) -> Snapshot:
    """`base` with the changes at `paths` taken over from `proposed`; everything else as it is.

    In: paths as `Difference.paths` gives them. Rows that come are put where `proposed` has them.
    """
    fields = dict(base["fields"])
    for path in paths:
        if path.startswith("fields/"):
            name = path.removeprefix("fields/")
            fields[name] = proposed["fields"].get(name)
    rows: dict[str, list[dict[str, Any]]] = {}
    for name in {**base["rows"], **proposed["rows"]}:
        old = {row["id"]: row for row in base["rows"].get(name, [])}
        new = {row["id"]: row for row in proposed["rows"].get(name, [])}
        taken_rows = []
        for key in [*old, *(key for key in new if key not in old)]:
            row = new.get(key) if f"rows/{name}/{key}" in paths else old.get(key)
            if row is not None:
                taken_rows.append(row)
        rows[name] = taken_rows
    return {**base, "fields": fields, "rows": rows}


def collisions(base: Snapshot, current: Snapshot, proposed: Snapshot) -> set[str]:
    """Paths that both sides changed since `base`, and not to the same."""
    ours = set(difference(base, proposed).paths)
    theirs = set(difference(base, current).paths)
    apart = set(difference(current, proposed).paths)
    return ours & theirs & apart
