"""A short lesson on the leadership struggle, for tests while no other is at hand."""

from __future__ import annotations

import csv
import shutil
from pathlib import Path

from tests import ROOT

SECTIONS = {
    "causes": (
        "Three heirs",
        "[Stalin died](event:stalin-dies) without an heir, so three men shared his power "
        "[@lewin-2005, chapter 13]. [Malenkov](person:malenkov) led the government, because the "
        "others thought it the strongest post. Beria led the police.\n\n"
        "He soon [gave up the Secretariat](event:malenkov-leaves-secretariat), so Khrushchev led "
        "it alone [@freeze, ch. 13; @lewin-2005, chapter 13].",
    ),
    "falls": (
        "Two rivals fall",
        "The others feared Beria, so they [arrested him](event:beria-arrested) "
        "[@taubman-2003, chapter 10].\n\n"
        "Malenkov [resigned](event:malenkov-resigns) because his plans had failed.",
    ),
    "vote": (
        "The vote of June 1957",
        "Most of the Presidium turned on Khrushchev, although the Central Committee "
        "[saved him](event:anti-party-group-defeated) [@freeze, ch. 13].",
    ),
}
TURNING_POINTS = ("stalin-dies", "beria-arrested", "malenkov-resigns", "anti-party-group-defeated")


def with_lesson(folder: Path) -> Path:
    """A copy of the shipped course, in a folder, whose first topic has the lesson above."""
    package = folder / "khrushchev"
    shutil.copytree(ROOT / "courses" / "khrushchev", package)
    with (package / "sections.csv").open("w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(["topic", "order", "public_id", "heading", "text"])
        for order, (word, (heading, text)) in enumerate(SECTIONS.items(), 1):
            name = "leadership-struggle"
            rows.writerow([name, order, f"{name}-{word}", heading, text])
    entries = package / "topic-entries.csv"
    with entries.open(encoding="utf-8", newline="") as file:
        read = list(csv.DictReader(file))
    with entries.open("w", encoding="utf-8", newline="") as file:
        names = [*read[0], *({"turning_point"} - set(read[0]))]
        written = csv.DictWriter(file, names)
        written.writeheader()
        for row in read:
            turns = row["topic"] == "leadership-struggle" and row["record"] in TURNING_POINTS
            written.writerow({**row, "turning_point": "yes" if turns else ""})
    return package
