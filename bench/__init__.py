"""Measures what an answer costs, beside a textbook view of the same data: `make bench`.

How to read what it says, and what it said last: docs/performance.md.
"""

from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
