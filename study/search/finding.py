"""Finds what answers a question: from what was typed to ranked entries and the records behind them.

Whatever is given out was asked for once more through `published()`: an entry that is behind the
record by a moment shows nothing that readers do not see.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from records.dates import HistoricalDate
from records.kinds import Kind
from study.search.asking import Asked, ask
from study.search.database import Alternatives, Key, Narrowed, in_days, rows_of, with_words
from study.search.documents import facts_of, kinds_by_name, with_prefix
from study.search.index import catch_up
from study.search.meaning import Meant, meant
from study.search.public import still_public
from study.search.ranking import Candidate, Question, rank
from study.search.snippets import first_written

# So many entries are looked at and put in order; who wants others has to ask more narrowly.
MOST_CANDIDATES = 200
# Where fewer than this hold all words, those that hold some of them are looked at, too.
ENOUGH = 12
# The rarest words of a question, by which such are looked for.
_RAREST = 3
_COLUMNS = (
    *("id", "kind", "record_id", "earliest", "latest"),
    *("title_keys", "name_keys", "text_keys"),
)
_TOLD = ("key", "title", "text", "path", "within", "within_key", "date_edtf", "date_text")


@dataclass(frozen=True)
class Hit:
    """One result: a public record, as it is named and where it is read."""

    kind: Kind
    key: str
    title: str
    text: str
    url: str
    # The title and key of the lesson that it is part of; blank for a record.
    within: str
    within_key: str
    date: HistoricalDate | None


@dataclass(frozen=True)
class Found:
    """The answer to a question.

    `number` is how many entries answer it, `is_all` False where there may be more. `keys` are those
    that are marked. `mended` holds the words that nothing holds as they were typed, each with the
    keys that were taken for it.
    """

    asked: Asked
    hits: list[Hit] = field(default_factory=list)
    number: int = 0
    is_all: bool = True
    by_kind: dict[str, int] = field(default_factory=dict)
    keys: frozenset[Key] = frozenset()
    mended: list[tuple[str, tuple[str, ...]]] = field(default_factory=list)


def search(
    typed: str, *, narrowed: Narrowed, most: int, unfinished: bool = False, only_names: bool = False
) -> Found:
    """Answer what was typed. In: which entries count, and how many hits are wanted.

    `unfinished`: the last word may go on, as while somebody types. `only_names`: by titles and
    other names alone. Out: the hits, best first.
    """
    asked = ask(typed)
    if asked.is_empty:
        return Found(asked)
    state = catch_up()
    if state is None:
        return Found(asked)
    words = meant(asked.words, unfinished=unfinished)
    question = Question(
        words, asked.date, asked.date_keys, state.entries, _explaining(asked.is_question)
    )
    numbers, is_all = _numbers(question, narrowed, only_names=only_names)
    ranked = rank(question, _candidates(numbers))
    hits = _hits(ranked, most)
    return Found(
        asked,
        hits,
        len(ranked),
        is_all,
        dict(Counter(candidate.kind for candidate in ranked)),
        frozenset(_marked(question)),
        [(_as_typed(typed, each), each.mended) for each in words if each.mended],
    )


def _as_typed(typed: str, each: Meant) -> str:
    return next((w for w in typed.split() if each.typed in w.lower()), each.typed)


def _explaining(is_question: bool) -> frozenset[str]:
    if not is_question:
        return frozenset()
    return frozenset(name for name, kind in kinds_by_name().items() if facts_of(kind).explains)


# --- which entries ------------------------------------------------------------------------------


def _numbers(question: Question, narrowed: Narrowed, *, only_names: bool) -> tuple[list[int], bool]:
    """The numbers of entries to look at, and whether they are all that answer."""
    groups: list[Alternatives] = [word.alternatives for word in question.words]
    # The words of a date as words of the text: “1957” stands in many titles.
    dated: list[Alternatives] = [((Key(key),),) for key in question.date_keys]
    found: dict[int, None] = {}
    if groups:
        _take(found, with_words(groups + dated, narrowed, MOST_CANDIDATES, in_names=True))
    else:
        _take(found, _in_date(question.date, narrowed))
    if only_names:
        return [*found], True
    room = MOST_CANDIDATES - len(found)
    if room and (groups or dated):
        _take(found, with_words(groups + dated, narrowed, MOST_CANDIDATES, in_names=False))
    if groups and question.date is not None:
        inside = _also_within(narrowed, question.date)
        _take(found, with_words(groups, inside, MOST_CANDIDATES, in_names=False))
    full = len(found) >= MOST_CANDIDATES
    if len(found) < ENOUGH:
        _take(found, _with_some(question, narrowed))
    return [*found], not full


def _take(found: dict[int, None], numbers: Iterable[int]) -> None:
    found.update(dict.fromkeys(numbers))


def _in_date(date: HistoricalDate | None, narrowed: Narrowed) -> list[int]:
    if date is None:
        return []
    days = (date.earliest, date.latest)
    found = in_days(*days, narrowed, MOST_CANDIDATES, within=True)
    if len(found) < ENOUGH:
        found += in_days(*days, narrowed, MOST_CANDIDATES, within=False)
    return found


def _also_within(narrowed: Narrowed, date: HistoricalDate) -> Narrowed:
    first = date.earliest if narrowed.first is None else max(narrowed.first, date.earliest)
    last = date.latest if narrowed.last is None else min(narrowed.last, date.latest)
    return replace(narrowed, first=first, last=last)


def _with_some(question: Question, narrowed: Narrowed) -> list[int]:
    """Entries that hold some of the words: all but one of them, then the rarest alone."""
    words = sorted(question.words, key=lambda word: (word.entries or 1 << 30, word.typed))
    groups = [word.alternatives for word in words]
    found: list[int] = []
    if question.date is not None:
        found += with_words(groups, narrowed, MOST_CANDIDATES, in_names=False) if groups else []
    if len(groups) > 2:
        for place in range(len(groups) - 1, -1, -1):
            some = groups[:place] + groups[place + 1 :]
            found += with_words(some, narrowed, MOST_CANDIDATES // 2, in_names=False)
    if len(groups) > 1:
        for group in groups[:_RAREST]:
            found += with_words([group], narrowed, MOST_CANDIDATES // 4, in_names=True)
            found += with_words([group], narrowed, MOST_CANDIDATES // 4, in_names=False)
    return found


def _candidates(numbers: Sequence[int]) -> list[Candidate]:
    return [Candidate(*row) for row in rows_of(numbers, _COLUMNS)]


def _marked(question: Question) -> Iterable[Key]:
    for word in question.words:
        for keys in word.weights:
            yield from keys
    for key in question.date_keys:
        yield Key(key)


# --- what is shown of them ----------------------------------------------------------------------


def _hits(ranked: Sequence[Candidate], most: int) -> list[Hit]:
    """The first of them whose records readers see, best first."""
    chosen = ranked[:most]
    public = still_public([(candidate.kind, candidate.record_id) for candidate in chosen])
    rows = rows_of([candidate.id for candidate in chosen], ("id", *_TOLD))
    told = {number: row for number, *row in rows}
    hits = []
    for candidate in chosen:
        if (candidate.kind, candidate.record_id) not in public or candidate.id not in told:
            continue
        key, title, text, path, within, within_key, edtf, date_text = told[candidate.id]
        date = HistoricalDate(edtf, date_text) if edtf else None
        kind = kinds_by_name()[candidate.kind]
        url = with_prefix(path)
        hits.append(Hit(kind, key, title, text, url, within, within_key, date))
    return hits


# --- slips --------------------------------------------------------------------------------------


def mended(found: Found) -> list[tuple[str, str]]:
    """What was typed and is nowhere, each with the word that was taken for it.

    That word is written as the results have it: what no result holds is not told.
    """
    pairs = []
    for typed, keys in found.mended:
        texts = (text for hit in found.hits for text in (hit.title, hit.text))
        if word := next(filter(None, (first_written(text, keys[0]) for text in texts)), ""):
            pairs.append((typed, word))
    return pairs
