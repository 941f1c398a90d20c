"""What is installed is pinned, hashed, and the same from every package index."""

from __future__ import annotations

import re
from importlib.metadata import requires

import pytest
from packaging.requirements import Requirement

from tests import ROOT

LOCKS = ["requirements.txt", "requirements/test.txt"]


def pins(lock: str) -> dict[str, str]:
    return dict(
        re.findall(
            r"(?m)^([a-z0-9._-]+)(?:\[[a-z,]+\])?==(\S+)", (ROOT / lock).read_text(encoding="utf-8")
        )
    )


@pytest.mark.parametrize("lock", LOCKS)
def test_every_requirement_is_pinned_and_hashed(lock: str) -> None:
    text = (ROOT / lock).read_text(encoding="utf-8")
    blocks = re.split(r"(?m)^(?=[A-Za-z0-9])", text)[1:]
    assert blocks
    assert [block.split()[0] for block in blocks if "--hash=sha256:" not in block] == []
    assert len(pins(lock)) == len(blocks)


@pytest.mark.parametrize("lock", LOCKS)
def test_no_lock_names_a_place_to_download_from(lock: str) -> None:
    text = (ROOT / lock).read_text(encoding="utf-8")
    assert re.findall(r"https?://|file:|--index-url|--extra-index|--find-links", text) == []


def test_what_is_asked_for_is_what_is_locked() -> None:
    asked = dict(
        re.findall(
            r"(?m)^([A-Za-z0-9-]+)(?:\[[a-z,]+\])?==(\S+)",
            (ROOT / "requirements/base.in").read_text(encoding="utf-8"),
        )
    )
    assert asked
    locked = pins("requirements.txt")
    assert {name.lower(): version for name, version in asked.items()}.items() <= locked.items()


def test_tests_run_against_the_versions_that_serve() -> None:
    base, test = pins("requirements.txt"), pins("requirements/test.txt")
    shared = base.keys() & test.keys()
    assert "django" in shared
    assert {name: test[name] for name in shared} == {name: base[name] for name in shared}


@pytest.mark.parametrize("lock", LOCKS)
def test_an_extra_that_a_package_asks_for_is_locked_with_it(lock: str) -> None:
    """“coverage[toml]>=7” is not met by the pin “coverage==7.17.3”, once coverage 7.17.4 is out."""
    text = (ROOT / lock).read_text(encoding="utf-8")
    asked = [
        needed
        for name in pins(lock)
        for needed in map(Requirement, requires(name) or [])
        if needed.extras and (needed.marker is None or needed.marker.evaluate({"extra": ""}))
    ]
    for needed in asked:
        extras = ",".join(sorted(needed.extras))
        assert re.search(rf"(?m)^{re.escape(needed.name.lower())}\[{extras}\]==", text), needed
