"""A whole record as data: its fields and its rows, taken out and put back.

A whole record is what a teacher edits on one page: a person with the offices held, each with its
evidence. As data (a *snapshot*) it is a dict of plain JSON, in which other records are named by
their keys, so that it can be kept, compared and put back years later:

    {"format": 1,
     "record": "people.person",
     "fields": {"name": "Nikita Khrushchev", "born": {"edtf": "1894-04-15", "text": ""}, …},
     "rows": {"tenures": [{"id": "khrushchev-premier-1958", "fields": {…}, "rows": {…}}]}}

A snapshot outlives the code that made it, so it says in which format it is written, and nothing in
it is lost in silence: an unknown format, and a field or kind of row that its record does not have
any more, are refused by name. What it does not mention, because it was added to the model later,
keeps the value it has when the snapshot is put back.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, models, transaction

from records.addresses import present_slugs
from records.codec import (
    Key,
    Keys,
    NoSuchRecord,
    Problem,
    Reference,
    RowCodec,
    codec_of,
)
from records.kinds import key_column, key_of, kinds, root_kinds
from records.models import Identified
from records.validation import unchanged

Snapshot = dict[str, Any]
Path = tuple[str | int, ...]

# Counted up when what a snapshot says, or how, changes so that older code would misread it. Then
# `put_back` learns to read the formats before.
FORMAT = 1

# Every kind of record that has a history of its own, and the rows that belong to it.
ROWS: dict[type[models.Model], tuple[str, ...]] = {kind.model: kind.rows for kind in root_kinds()}
# Rows that have rows themselves.
INNER: dict[type[models.Model], tuple[str, ...]] = {
    kind.model: kind.rows for kind in kinds() if kind.rows and not kind.is_root
}
KINDS: dict[str, type[models.Model]] = {kind.label: kind.model for kind in root_kinds()}


def snapshot(record: models.Model) -> Snapshot:
    """The whole record as it stands in the database, rows and all.

    The number of queries does not depend on how many rows there are.
    """
    return _snapshot(_standing(record))


def snapshots(model: type[models.Model], pks: Collection[int]) -> Iterator[tuple[Any, Snapshot]]:
    """Whole records of one kind, each with its snapshot, as they stand in the database.

    The number of queries depends on neither how many records nor how many rows there are; a few
    hundred records at a time are enough for the memory.
    """
    codec = codec_of(model)
    records = _with_keys(model._default_manager.filter(pk__in=pks), codec)
    standing = [_Standing(record, codec, codec.encode(record), {}) for record in records]
    _add_rows(standing, model, ROWS[model])
    for each in standing:
        yield each.instance, _snapshot(each)


def empty(model: type[models.Model]) -> Snapshot:
    """The snapshot of a record that has nothing yet: put back, every field has its default."""
    return {
        "format": FORMAT,
        "record": model._meta.label_lower,
        "fields": {},
        "rows": {name: [] for name in ROWS[model]},
    }


@dataclass
class _Standing:
    """A record, or a row of one, as it stands: the instance, its fields as data, its own rows.

    `rows` has them by the name of their relation and by their key.
    """

    instance: Any
    codec: RowCodec
    fields: dict[str, Any]
    rows: dict[str, dict[str, _Standing]]


def _standing(record: Any) -> _Standing:
    """The record with everything that belongs to it, one query for each kind of row."""
    model = type(record)
    codec = codec_of(model)
    standing = _Standing(record, codec, codec.encode(record), {})
    _add_rows([standing], model, ROWS[model])
    return standing


def _add_rows(owners: list[_Standing], model: type[models.Model], names: Iterable[str]) -> None:
    """Load the rows of several owners of one kind, and the rows of those."""
    for name in names:
        relation: Any = model._meta.get_field(name)
        owner_key, row_model = relation.field.name, relation.related_model
        codec = codec_of(row_model, owner_key)
        for owner in owners:
            owner.rows[name] = {}
        by_pk = {owner.instance.pk: owner for owner in owners}
        rows = row_model._default_manager.filter(**{f"{owner_key}__in": list(by_pk)})
        added = []
        for row in _with_keys(rows, codec):
            owner = by_pk[getattr(row, relation.field.attname)]
            # The owner at hand, which may have been changed, and not a copy of it.
            setattr(row, owner_key, owner.instance)
            added.append(_Standing(row, codec, codec.encode(row), {}))
            owner.rows[name][key_of(row)] = added[-1]
        _add_rows(added, row_model, INNER.get(row_model, ()))


def _with_keys(rows: models.QuerySet[Any], codec: RowCodec) -> models.QuerySet[Any]:
    """The same rows, with the records at hand whose keys their data names."""
    keys = [field.name for field in codec.fields if isinstance(field, Key)]
    lists = [field.name for field in codec.fields if isinstance(field, Keys)]
    # Without a name, Django would follow every relation there is.
    rows = rows.select_related(*keys) if keys else rows
    return rows.prefetch_related(*lists)


def _snapshot(standing: _Standing) -> Snapshot:
    label = standing.instance._meta.label_lower
    return {"format": FORMAT, "record": label, **_data(standing)}


def _data(standing: _Standing) -> dict[str, Any]:
    return {
        "fields": standing.fields,
        "rows": {
            name: [{"id": key, **_data(row)} for key, row in rows.items()]
            for name, rows in standing.rows.items()
        },
    }


@dataclass(frozen=True)
class Fault:
    """One thing in a snapshot that cannot be kept: where, what, and the same in a sentence.

    `path` leads there by the names of rows and fields and the numbers of rows, from 0; `code` is
    that of the refused field, or `missing` for a record that is named and not there.
    """

    path: tuple[str | int, ...]
    message: str
    sentence: str
    code: str = ""


class CannotRestore(Exception):
    """Nothing could be put back; `problems` lists why, in words for a teacher.

    `faults` are the same with their places, where a snapshot was at fault.
    """

    def __init__(self, problems: list[str], faults: list[Fault] | None = None) -> None:
        super().__init__(" ".join(problems))
        self.problems = problems
        self.faults = faults or []


def put_back(data: Snapshot, record: Any = None, *, savepoint: bool = True) -> Any:
    """Make `record` (None: a new one) what the snapshot says, rows and all.

    In: a record as it was read from the database, or one that is not there yet.
    Rows keep their identity: those that still exist are changed, missing ones come back under
    their old public id, others go. Only what differs from the record as it stands is checked and
    written; an identical snapshot writes nothing. One transaction: all of it or nothing. State of
    publication is left as it is; a new record is a draft. Raises `CannotRestore` with everything
    that stands in the way, such as a slug that another record has taken, a source that was
    deleted, or a part of the snapshot that this code does not know. `savepoint=False` is for a
    caller whose own transaction ends when this raises.
    """
    new = record if record is not None else refuse_unknown_format(data)()
    return rewrite(new, lambda _: data, savepoint=savepoint)


def rewrite(record: Any, change: Callable[[Snapshot], Snapshot], *, savepoint: bool = True) -> Any:
    """Make `record` what `change` makes of its snapshot, which is read once; see `put_back`."""
    with transaction.atomic(savepoint=savepoint):
        putting = _PuttingBack(record)
        data = change(putting.snapshot)
        refuse_unknown_format(data)
        putting.write(data)
        if putting.faults:
            raise CannotRestore([fault.sentence for fault in putting.faults], putting.faults)
    return record


def refuse_unknown_format(data: Snapshot) -> type[models.Model]:
    """The kind of record that a snapshot is of. Raises `CannotRestore` where it cannot be read."""
    if (number := data.get("format")) != FORMAT:
        said = f"in format {number}" if number is not None else "in a format that it does not name"
        words = f"This was kept {said}, and only format {FORMAT} can be read here."
        raise CannotRestore([words], [Fault(("format",), words, words, "unknown")])
    if (label := data["record"]) not in KINDS:
        words = f"This was kept of a kind of record that is not known here, “{label}”."
        raise CannotRestore([words], [Fault(("record",), words, words, "unknown")])
    return KINDS[label]


class _PuttingBack:
    """One snapshot on its way into the database, and what is found to be wrong with it."""

    def __init__(self, record: Any) -> None:
        self.faults: list[Fault] = []
        self._found: dict[Reference, Any] = {}
        if record._state.adding:
            self._standing = _Standing(record, codec_of(type(record)), {}, {})
        else:
            self._standing = _standing(record)

    @property
    def snapshot(self) -> Snapshot:
        """The record as it stands, before anything was written."""
        return _snapshot(self._standing)

    def write(self, data: Snapshot) -> None:
        """Check and write what differs, and fill `faults`. Call it once."""
        standing = self._standing
        self._load(self._references(standing.codec, standing, data))
        if self._write(standing, data, ()):
            return
        if self._write_rows(standing, data, (), owner_changed=False):
            # The record is the whole of its rows, and was changed with them.
            standing.instance.save()

    # --- records that are named -------------------------------------------------------------

    def _references(
        self, codec: RowCodec, standing: _Standing | None, data: dict[str, Any]
    ) -> Iterator[Reference]:
        """Every other record that is named where the snapshot differs from what stands."""
        yield from codec.references(_different(standing, data))
        for name, rows in data["rows"].items():
            if (relation := _relation(codec.model, name)) is None:
                continue
            row_codec = codec_of(relation.related_model, relation.field.name)
            now = standing.rows.get(name, {}) if standing else {}
            for row in rows:
                yield from self._references(row_codec, now.get(row["id"]), row)

    def _load(self, references: Iterable[Reference]) -> None:
        """Find records by their keys, under their present address where they were renamed.

        One query for each kind of record; where keys lead nowhere, one more for all of them and
        one for each kind that was renamed.
        """
        wanted: dict[type[models.Model], set[str]] = {}
        for model, key in references:
            wanted.setdefault(model, set()).add(key)
        missing: dict[type[models.Model], set[str]] = {}
        for model, keys in wanted.items():
            records = _by_key(model, keys)
            self._found |= {(model, key): record for key, record in records.items()}
            if unknown_keys := keys - records.keys():
                missing[model] = unknown_keys
        slugs_now = present_slugs(missing) if missing else {}
        for model, keys in missing.items():
            label = model._meta.label_lower
            renamed = {key: slugs_now[label, key] for key in keys if (label, key) in slugs_now}
            records = _by_key(model, set(renamed.values())) if renamed else {}
            self._found |= {
                (model, old): records[new] for old, new in renamed.items() if new in records
            }

    def _find(self, model: type[models.Model], key: str) -> Any:
        return self._found.get((model, key))

    # --- writing ----------------------------------------------------------------------------

    def _write(self, standing: _Standing, data: dict[str, Any], path: Path) -> bool:
        """Check and save one record or row where it differs, and all its rows if it did."""
        instance, codec = standing.instance, standing.codec
        values, problems = codec.decode(_different(standing, data), self._find)
        self.faults += [_fault(instance, problem, path) for problem in problems]
        # A record that was renamed since has another key, and is the same.
        values = {
            field: value
            for field, value in values.items()
            if field.name not in standing.fields
            or field.encode(value) != standing.fields[field.name]
        }
        if not values and not problems and not instance._state.adding:
            return False
        codec.assign(instance, values)
        try:
            _save(instance, [field.name for field in values])
        except ValidationError as error:
            self.faults += _faults_of(instance, error, path)
        else:
            # Saved even where a name led nowhere, to find what is wrong with the rows as well.
            codec.assign_many(instance, values)
            self._write_rows(standing, data, path, owner_changed=True)
        return True

    def _write_rows(
        self, standing: _Standing, data: dict[str, Any], path: Path, *, owner_changed: bool
    ) -> bool:
        """Make the rows of one owner what they were. Out: True when any was not so."""
        changed = False
        for name, rows in data["rows"].items():
            relation = _relation(standing.codec.model, name)
            if relation is None:
                noun = standing.codec.model._meta.verbose_name
                words = f"The {noun} has no rows “{name}”."
                self.faults.append(Fault((*path, name), words, words, "unknown"))
                continue
            now = standing.rows.get(name, {})
            wanted = {row["id"] for row in rows}
            for key, row in now.items():
                if key not in wanted:
                    row.instance.delete()
                    changed = True
            for index, kept in enumerate(rows):
                row = now.get(kept["id"]) or self._new_row(standing, relation, kept["id"])
                here = (*path, name, index)
                if self._write(row, kept, here):
                    changed = True
                    continue
                if owner_changed:
                    # An office is held within a life: a new day of birth may contradict it.
                    self._check(row.instance, here)
                changed |= self._write_rows(row, kept, here, owner_changed=False)
        return changed

    def _check(self, row: Any, path: Path) -> None:
        try:
            row.clean()
        except ValidationError as error:
            self.faults += _faults_of(row, error, path)

    @staticmethod
    def _new_row(owner: _Standing, relation: Any, key: str) -> _Standing:
        model = relation.related_model
        instance = model(**{relation.field.name: owner.instance})
        if issubclass(model, Identified):
            instance.public_id = key
        elif key.isdecimal():
            # Numbers are never given out twice, so the row's own is still free.
            instance.pk = int(key)
        return _Standing(instance, codec_of(model, relation.field.name), {}, {})


def _save(instance: Any, changed: list[str]) -> None:
    """Check and save a row whose fields `changed` have other values than in the database.

    Raises `ValidationError` with everything that is wrong. A new row is checked by the database
    while it is written: each rule by itself costs up to three queries, and is asked only when
    something is wrong.
    """
    if not instance._state.adding:
        instance.full_clean(unchanged(type(instance), changed))
        instance.save()
        return
    # The other records that it names were found in the database a moment ago.
    named = [
        field.name
        for field in instance._meta.concrete_fields
        if field.is_relation and getattr(instance, field.attname) is not None
    ]
    try:
        instance.full_clean(named, validate_unique=False, validate_constraints=False)
        with transaction.atomic():
            instance.save()
    except (ValidationError, IntegrityError):
        instance.full_clean()
        raise


def _different(standing: _Standing | None, data: dict[str, Any]) -> dict[str, Any]:
    """The fields of a row in a snapshot that are not what they are now."""
    now = standing.fields if standing else {}
    return {n: value for n, value in data["fields"].items() if n not in now or now[n] != value}


def _relation(model: type[models.Model], name: str) -> Any:
    """The relation by which rows of a record, or of a row, are kept; None for any other name."""
    names = ROWS.get(model, INNER.get(model, ()))
    return model._meta.get_field(name) if name in names else None


def _by_key(model: Any, keys: set[str]) -> dict[str, Any]:
    column = key_column(model)
    if column == "pk":
        keys = {key for key in keys if key.isdecimal()}
    return {key_of(each): each for each in model._default_manager.filter(**{f"{column}__in": keys})}


def _fault(record: Any, problem: Problem, path: Path) -> Fault:
    if isinstance(error := problem.error, NoSuchRecord):
        sentence = f"The {error.noun} “{error.key}” no longer exists; bring it back first."
    else:
        sentence = _sentence(record, str(problem.path[0]), problem.message)
    return Fault((*path, *problem.path), problem.message, sentence, problem.code)


def _sentence(record: Any, name: str, message: str) -> str:
    label = "" if name == "__all__" else f", {name.replace('_', ' ')}"
    return f"{record._meta.verbose_name.capitalize()}{label}: {message}"


def _faults_of(record: Any, error: ValidationError, path: Path) -> list[Fault]:
    faults = []
    # A rule of the model's own may name no field.
    for name, errors in error.update_error_dict({}).items():
        place = path if name == "__all__" else (*path, name)
        for one_error in errors:
            for message in one_error.messages:
                faults.append(
                    Fault(place, message, _sentence(record, name, message), one_error.code or "")
                )
    return faults
