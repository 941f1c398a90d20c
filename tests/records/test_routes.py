"""Addresses that are made without the resolver are those that the resolver makes."""

from __future__ import annotations

import pytest
from django.test import RequestFactory, override_settings
from django.urls import NoReverseMatch, reverse, set_script_prefix

from records.kinds import listed_kinds
from records.pages import absolute
from records.routes import address, listing_address

ROUTES = [f"api:{kind.route}" for kind in listed_kinds()]


@pytest.mark.parametrize("prefix", ["/", "/history/"])
def test_addresses_are_those_of_the_resolver(prefix: str) -> None:
    set_script_prefix(prefix)
    try:
        for route in ROUTES:
            assert listing_address(f"{route}-list") == reverse(f"{route}-list")
            for key in ("secret-speech", "20th-congress-1956", "7"):
                assert address(f"{route}-detail", key) == reverse(f"{route}-detail", args=[key])
    finally:
        set_script_prefix("/")


@pytest.mark.parametrize("key", ["Secret Speech", "a/b", "", "речь"])
def test_a_key_that_no_address_can_hold_is_refused_as_the_resolver_refuses_it(key: str) -> None:
    with pytest.raises(NoReverseMatch):
        address("api:event-detail", key)


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/events/secret-speech/",
        "/api/v1/events/?cursor=a%3D",
        "/a b/",  # what has to be quoted
        "/речь/",
        "/a/../b/",  # what a browser would resolve
        "//elsewhere.example/",  # which is not another host
        "/a//b/",
    ],
)
@pytest.mark.parametrize("site", ["", "https://thaw.example"])
def test_full_addresses_are_those_that_django_builds(path: str, site: str) -> None:
    request = RequestFactory().get("/here/", secure=True)
    with override_settings(SITE_URL=site):
        expected = f"{site}{path}" if site else request.build_absolute_uri(path)
        assert absolute(request, path) == expected
