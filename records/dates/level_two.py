"""Forms of EDTF level 2 that have an equal among those that are kept, put into that."""

from __future__ import annotations

import re

from records.dates.calendar import check_day, days_in_month
from records.dates.entry import quoted, refusal

# Digits that are not known, where a year, a month or a day is left as one of some that follow each
# other: 1XXX, 1984-1X, 1560-12-2X. Decades and centuries have kinds of their own.
MASKED = re.compile(r"([0-9])XXX|([0-9]{4})-(?:([01])X|([01][0-9])-([0-3])X)")


def masked_ends(masked: re.Match[str]) -> tuple[str, str]:
    """The first and the last date that unspecified digits leave; raise `DateError` for none."""
    thousand, year, tens, month, days = masked.groups()
    if thousand:
        return f"{thousand}00{'1' if thousand == '0' else '0'}", f"{thousand}999"
    if tens:
        return (f"{year}-01", f"{year}-09") if tens == "0" else (f"{year}-10", f"{year}-12")
    check_day(int(year), int(month), int(days) * 10 or 1)
    last = min(int(days) * 10 + 9, days_in_month(int(year), int(month)))
    return f"{year}-{month}-{int(days) * 10 or 1:02}", f"{year}-{month}-{last:02}"


_SIGN = "([?~%]?)"
_DOUBTED_PARTS = re.compile(
    rf"{_SIGN}(-?[0-9X]{{4}}){_SIGN}(?:-{_SIGN}([0-9X]{{2}}){_SIGN})?(?:-{_SIGN}([0-9X]{{2}}){_SIGN})?"
)


def doubted_as_a_whole(text: str) -> str:
    """Return a date whose parts are doubted one by one as one that is doubted as a whole.

    By level 2 a sign in front of a part is of that part, a sign behind it of all up to there. Pages
    say a doubt of the whole date, and no other is kept:
    `DateError` for those. "" for what is no such date.
    """
    match = _DOUBTED_PARTS.fullmatch(text)
    if match is None:
        return ""
    groups = match.groups()
    parts = [groups[n : n + 3] for n in range(0, 9, 3) if groups[n + 1]]
    bare = "-".join(part for _, part, _ in parts)
    doubts = []
    for n, (before, _, _) in enumerate(parts):
        signs = {before, *(behind for _, _, behind in parts[n:])} - {""}
        doubts.append(signs.pop() if len(signs) == 1 else "%" if signs else "")
    if "" not in doubts and len(set(doubts)) == 1 and text != bare + doubts[0]:
        return bare + doubts[0]
    if not any(doubts) or text == bare + doubts[0]:
        return ""
    named = [("year", "month", "day")[n] for n, doubt in enumerate(doubts) if doubt]
    signs = {doubt for doubt in doubts if doubt}
    raise refusal(
        f"{quoted(text)} doubts the {' and the '.join(named)} alone, by EDTF level 2. A "
        "page says only of a whole date that it is uncertain or approximate.",
        bare + (signs.pop() if len(signs) == 1 else "%"),
    )
