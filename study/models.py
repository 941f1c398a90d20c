"""The tables of the students' desk."""

from __future__ import annotations

from study.search.models import SearchEntry, SearchState, SearchWord

__all__ = ["SearchEntry", "SearchState", "SearchWord"]
