"""How far a long command has come, on standard error."""

from __future__ import annotations

from typing import IO

WIDTH = 30


class Progress:
    """A bar that redraws itself on a terminal, and one plain line per step anywhere else.

    In: the stream, and how many units of work there are in all.
    """

    def __init__(self, stream: IO[str], total: int) -> None:
        self.stream = stream
        self.total = max(total, 1)
        self.done = 0
        self.label = ""
        self.is_terminal = hasattr(stream, "isatty") and stream.isatty()

    def step(self, label: str, amount: int = 1) -> None:
        """Begin `label`; it is `amount` units of work that count once it is begun."""
        if not self.is_terminal and label != self.label:
            self.stream.write(f"{100 * self.done // self.total:3} % {label}\n")
        self.label = label
        self.done = min(self.done + amount, self.total)
        self._draw()

    def finish(self) -> None:
        """Leave the full bar standing and go to a new line."""
        self.done = self.total
        self.label = "done"
        self._draw()
        if self.is_terminal:
            self.stream.write("\n")

    def _draw(self) -> None:
        if not self.is_terminal:
            return
        filled = WIDTH * self.done // self.total
        bar = "█" * filled + "·" * (WIDTH - filled)
        self.stream.write(f"\r{bar} {100 * self.done // self.total:3} % {self.label:<24}")
        self.stream.flush()
