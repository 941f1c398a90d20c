"""Say how the lessons of a course package read: `scripts/readability.py courses/khrushchev`.

For each topic that has sections: its words, the grade after Flesch and Kincaid, the share of its
sentences that name a cause or a contrast, and the paragraphs that rest on no link and no citation.
Ends with 1 where a lesson is outside the limits.
"""

from __future__ import annotations

import csv
import os
import re
import sys
from dataclasses import dataclass
from pathlib import Path

import django

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
os.environ.setdefault("DEBUG", "1")
django.setup()

from events.lesson.reading import read  # noqa: E402

WORDS = range(800, 1_101)
HIGHEST_GRADE = 9.0
LOWEST_CAUSAL = 0.15
CAUSAL = re.compile(
    r"\b(because|so|since|therefore|although|though|led to|caused?|reasons?|thus|"
    r"that is why|as a result|in order to|due to|made it|forced)\b",
    re.IGNORECASE,
)
_WORD = re.compile(r"[^\W_]+(?:[’'-][^\W_]+)*")
# A full stop after a number within a sentence, or after one letter, ends none.
_END = re.compile(r"(?<!\b[A-Z])[.!?][”’\"')]*(?=\s|$)")


@dataclass(frozen=True)
class Reading:
    """How one lesson reads. `grade`: years of school after Flesch and Kincaid; `causal`: the share
    of sentences with a causal word; `bare`: section and number of paragraphs without evidence."""

    topic: str
    words: int
    grade: float
    causal: float
    bare: list[tuple[str, int]]

    @property
    def faults(self) -> list[str]:
        """What is outside the limits, in words."""
        faults = []
        if self.words not in WORDS:
            faults.append(f"{self.words} words, not {WORDS.start} to {WORDS.stop - 1}")
        if self.grade > HIGHEST_GRADE:
            faults.append(f"grade {self.grade:.1f}, over {HIGHEST_GRADE:.0f}")
        if self.causal < LOWEST_CAUSAL:
            faults.append(f"{self.causal:.0%} of sentences causal, under {LOWEST_CAUSAL:.0%}")
        return faults + [f"{section}, paragraph {n} rests on nothing" for section, n in self.bare]


def readings(package: Path) -> list[Reading]:
    """How the lessons of a package read, by topic. In: the folder of the package."""
    if not (package / "sections.csv").exists():
        return []
    with (package / "sections.csv").open(encoding="utf-8", newline="") as file:
        rows = sorted(csv.DictReader(file), key=lambda row: (row["topic"], int(row["order"])))
    return [
        reading(topic, [(row["public_id"], row["text"]) for row in rows if row["topic"] == topic])
        for topic in dict.fromkeys(row["topic"] for row in rows)
    ]


def reading(topic: str, sections: list[tuple[str, str]]) -> Reading:
    """How one lesson reads. In: the public id and the text of each section."""
    bare = []
    sentences: list[str] = []
    for section, text in sections:
        for paragraph in read(text):
            if not paragraph.links and not paragraph.citations:
                bare.append((section, paragraph.number))
            parts = (part.strip() for part in _END.split(paragraph.words))
            sentences += [part for part in parts if part]
    words = [word for sentence in sentences for word in _WORD.findall(sentence)]
    syllables = sum(map(count_syllables, words))
    # Kincaid and others, 1975.
    grade = 0.39 * len(words) / len(sentences) + 11.8 * syllables / len(words) - 15.59
    causal = sum(bool(CAUSAL.search(sentence)) for sentence in sentences) / len(sentences)
    return Reading(topic, len(words), grade, causal, bare)


def count_syllables(word: str) -> int:
    """About how many syllables an English word has: groups of vowels, a silent e left out."""
    if not word.isalpha():
        word = re.sub(r"[^A-Za-z]", "", word)
    word = word.lower()
    groups = len(re.findall(r"[aeiouy]+", word))
    is_silent = word.endswith("e") and not word.endswith(("le", "ee")) and groups > 1
    is_silent = is_silent or (word.endswith("ed") and not word.endswith(("ted", "ded")))
    return max(1, groups - (1 if is_silent and groups > 1 else 0))


def main(package: Path) -> int:
    """Print a line for each lesson; out: the exit code."""
    found = readings(package)
    for each in found:
        said = f"{each.words} words, grade {each.grade:.1f}, {each.causal:.0%} causal"
        faults = "".join(f"\n  ! {fault}" for fault in each.faults)
        sys.stdout.write(f"{each.topic}: {said}{faults}\n")
    return 1 if any(each.faults for each in found) else 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1] if len(sys.argv) > 1 else ROOT / "courses" / "khrushchev")))
