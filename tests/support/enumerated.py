"""Cases of which a newcomer's `make test` tries a few, and `make test-all` every one."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pytest


def few_of(cases: Iterable[Any], *quick: Any) -> list[Any]:
    """The cases for `parametrize`: all but those in `quick` are marked slow.

    AssertionError when `quick` names a case that there is not.
    """
    cases = list(cases)
    assert all(case in cases for case in quick), f"{quick} are not all among {cases}"
    return [
        case
        if case in quick
        else pytest.param(*(case if isinstance(case, tuple) else [case]), marks=pytest.mark.slow)
        for case in cases
    ]
