"""How far a long command has come, on standard error."""

from __future__ import annotations

import time
from typing import IO

# With the longest words, a line of 80 characters is not full.
WIDTH = 24
# Seconds. What is done sooner needs no estimate, and gives none that is worth reading.
SOON = 2


class Progress:
    """A bar that redraws itself on a terminal, and one plain line per step anywhere else; both say
    how long it will go on, once that can be told.

    In: the stream, and how many units of work there are in all.
    """

    def __init__(self, stream: IO[str], total: int) -> None:
        self.stream = stream
        self.total = max(total, 1)
        self.done = 0
        # What was done when the present step began, by which the rest is reckoned.
        self._finished = 0
        self._began = time.monotonic()
        self.label = ""
        self.is_terminal = hasattr(stream, "isatty") and stream.isatty()

    def step(self, label: str, amount: int = 1) -> None:
        """Begin `label`; it is `amount` units of work that count once it is begun."""
        self._finished = self.done
        if not self.is_terminal and label != self.label:
            self.stream.write(f"{100 * self.done // self.total:3} % {label}{self._left()}\n")
        self.label = label
        self.done = min(self.done + amount, self.total)
        self._draw()

    def finish(self) -> None:
        """Leave the full bar standing and go to a new line."""
        self.done = self._finished = self.total
        self.label = "done"
        self._draw()
        if self.is_terminal:
            self.stream.write("\n")

    def _left(self) -> str:
        """“, about 40 s left”, if the rest goes as quickly as what is done; blank while unknown."""
        elapsed = time.monotonic() - self._began
        if elapsed < SOON or not 0 < self._finished < self.total:
            return ""
        seconds = round(elapsed * (self.total - self._finished) / self._finished)
        return f", about {f'{seconds} s' if seconds < 90 else f'{round(seconds / 60)} min'} left"

    def _draw(self) -> None:
        if not self.is_terminal:
            return
        filled = WIDTH * self.done // self.total
        bar = "█" * filled + "·" * (WIDTH - filled)
        words = f"{self.label}{self._left()}"
        self.stream.write(f"\r{bar} {100 * self.done // self.total:3} % {words:<44}")
        self.stream.flush()
