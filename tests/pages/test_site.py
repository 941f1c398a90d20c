"""What belongs to the whole site: robots, sitemaps, health, head and policy."""

from __future__ import annotations

import re
from urllib.parse import unquote

import pytest
from django.test import Client

from tests import ROOT
from tests.factories import EventFactory, TopicFactory

pytestmark = pytest.mark.django_db


def test_robots_should_keep_crawlers_off_the_desk_and_name_the_sitemap(client: Client) -> None:
    text = client.get("/robots.txt").content.decode()
    assert "Disallow: /admin/" in text
    assert "Sitemap: http://testserver/sitemap.xml" in text


def test_sitemap_should_list_every_public_record(client: Client) -> None:
    event = EventFactory()
    index = client.get("/sitemap.xml").content.decode()
    sections = re.findall(r"<loc>http://testserver(/[^<]+)</loc>", index)
    assert "/sitemap-events.xml" in sections
    assert all(client.get(section).status_code == 200 for section in sections)
    assert event.get_absolute_url() in client.get("/sitemap-events.xml").content.decode()


def test_health_should_tell_process_from_database(client: Client) -> None:
    assert client.get("/healthz").json() == {"status": "ok"}
    assert client.get("/readyz").json() == {"status": "ok"}


def test_pages_should_have_a_full_head(client: Client) -> None:
    topic = TopicFactory(title="De-Stalinisation", question="How far did he break with Stalin?")
    text = client.get(topic.get_absolute_url()).content.decode()
    for piece in (
        "<title>De-Stalinisation · Thaw</title>",
        '<meta name="description" content="How far did he break with Stalin?">',
        f'<link rel="canonical" href="http://testserver{topic.get_absolute_url()}">',
        '<meta property="og:title" content="De-Stalinisation">',
        'application/ld+json">{"@context": "https://schema.org"',
        '<a class="skip" href="#content">',
        '<html lang="en">',
    ):
        assert piece in text


# Each list of the head: what a reader reads, its address.
LISTS = [
    ("Timeline", "/timeline/"),
    ("People", "/people/"),
    ("Power", "/power/"),
    ("Reforms", "/reforms/"),
    ("Figures", "/statistics/"),
    ("Sources", "/sources/"),
    ("Glossary", "/glossary/"),
]


# The home page is none of the lists, and neither is a page that is not there.
@pytest.mark.parametrize("address", [*(path for _, path in LISTS), "/", "/people/nobody/"])
def test_the_head_should_lead_to_every_list_and_mark_the_open_one(
    client: Client, address: str
) -> None:
    text = client.get(address).content.decode()
    [nav] = re.findall(r'<nav aria-label="Main">(.*?)</nav>', text, re.S)
    links = re.findall(r'<a href="([^"]+)"( aria-current="page")?>([^<]+)</a>', nav)
    assert [(label, path) for path, _, label in links] == LISTS
    assert [path for path, marked, _ in links if marked] == [
        path for _, path in LISTS if path == address
    ]


def test_pages_should_forbid_inline_script_and_style_and_set_no_cookie(client: Client) -> None:
    response = client.get("/")
    policy = response["Content-Security-Policy"]
    assert "script-src 'self'" in policy
    assert "unsafe" not in policy
    assert not response.cookies


def test_the_old_address_of_the_sign_should_lead_to_it(client: Client) -> None:
    assert client.get("/favicon.ico")["Location"] == "/static/thaw.svg"


def test_the_sign_written_into_the_pages_is_the_one_of_the_file(client: Client) -> None:
    found = re.search(
        r'rel="icon" href="data:image/svg\+xml,([^"]+)"', client.get("/").content.decode()
    )
    assert found
    drawn = (ROOT / "static" / "thaw.svg").read_text(encoding="utf-8").strip()
    assert unquote(found[1]) == drawn.replace('"', "'")
