"""What the engine knows of a kind that one app declares: run by `test_new_kind`, with that app."""

from __future__ import annotations

import csv
import io
import zipfile
from typing import Any

import pytest
from django.contrib.auth.models import Group, User
from django.core.management import call_command
from django.test import Client
from django.urls import reverse

from curation.models import Suggestion, Version
from curation.revisions import history
from curation.workflow import publishing
from tests.factories import CitationFactory, SourceFactory, TopicEntryFactory, TopicFactory
from tests.support.feed_reader import Reader
from tests.treaties.models import Treaty

pytestmark = pytest.mark.django_db
PAGE = "/treaties/austrian-state-treaty/"
RECORD = "/api/v1/treaties/austrian-state-treaty/"
TITLE = "Austrian State Treaty"


@pytest.fixture
def treaty() -> Any:
    """A published treaty with its evidence, in a topic."""
    record = Treaty.objects.create(
        slug="austrian-state-treaty",
        title=TITLE,
        span="1955-05-15",
        terms="Soviet troops leave; Austria is to be neutral.",
    )
    CitationFactory(treaty=record, source=SourceFactory(slug="khrushchev-1970"))
    publishing.publish(record, by=None)
    topic = TopicFactory(slug="peaceful-coexistence", course__slug="cold-war")
    TopicEntryFactory(topic=topic, event=None, treaty=record)
    record.refresh_from_db()
    return record


def page(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200, (address, answer.status_code)
    return str(answer.content.decode())


def test_its_page_and_the_topic_it_stands_in(client: Client, treaty: Any) -> None:
    assert f"<h1>{TITLE}</h1>" in page(client, PAGE)
    text = page(client, "/topics/peaceful-coexistence/")
    assert TITLE in text
    assert "Austria is to be neutral" in text


def test_the_source_that_it_rests_on(client: Client, treaty: Any) -> None:
    assert TITLE in page(client, "/sources/khrushchev-1970/")


def test_the_api(client: Client, treaty: Any) -> None:
    assert client.get(RECORD).json()["title"] == TITLE
    assert "treaties" in client.get("/api/v1/").json()
    [listed] = client.get("/api/v1/treaties/?topic=peaceful-coexistence").json()["results"]
    assert listed["slug"] == treaty.slug
    [cited] = client.get("/api/v1/citations/?treaty=austrian-state-treaty").json()["results"]
    assert cited["record"]["kind"] == "treaty"
    [entry] = client.get("/api/v1/topics/peaceful-coexistence/").json()["entries"]
    assert entry["record"]["url"].endswith(RECORD)


def test_the_timeline(client: Client, treaty: Any) -> None:
    assert TITLE in page(client, "/timeline/?kind=treaty")
    [item] = client.get("/api/v1/timeline/?kind=treaty").json()["results"]
    assert (item["title"], item["date"]["edtf"]) == (TITLE, "1955-05-15")


def test_versions(client: Client, treaty: Any) -> None:
    with history.changing(treaty, by=None, reason="The short title") as current:
        current.title = "State Treaty"
        current.save()
    assert TITLE in page(client, f"{PAGE}v/{treaty.version}/")
    numbers = [each["number"] for each in client.get(f"{RECORD}versions/").json()["versions"]]
    assert numbers == [treaty.version + 1, treaty.version]
    version = Version.objects.of(treaty).get(number=treaty.version)
    assert history.restore(version, by=None, reason="The long one").title == TITLE


def test_a_suggestion(client: Client, treaty: Any) -> None:
    contributor = User.objects.create_user("nina", is_staff=True)
    contributor.groups.add(Group.objects.get(name="Contributor"))
    client.force_login(contributor)
    address = reverse("admin:treaties_treaty_change", args=[treaty.pk])
    fields = client.get(address).context["adminform"].form.initial
    citation = treaty.citations.get()
    data = {
        **{name: "" if value is None else value for name, value in fields.items()},
        "title": "State Treaty",
        "span": "15 May 1955",
        "change_reason": "Shorter",
        "record_version": treaty.version,
        "citations-TOTAL_FORMS": 1,
        "citations-INITIAL_FORMS": 1,
        "citations-0-id": citation.pk,
        "citations-0-treaty": treaty.pk,
        "citations-0-source": citation.source_id,
        "citations-0-locator": citation.locator,
        "citations-0-stance": citation.stance,
        "citations-0-checked": citation.checked,
        "citations-0-order": citation.order,
    }
    answer = client.post(address, data)
    assert answer.status_code == 302, answer.context["errors"]
    assert Suggestion.objects.get().proposed["fields"]["title"] == "State Treaty"
    treaty.refresh_from_db()
    assert treaty.title == TITLE


def test_the_feed_of_changes(client: Client, treaty: Any) -> None:
    reader = Reader(client)
    reader.catch_up()
    assert reader.copy == reader.everything()
    assert ("treaty", treaty.slug) in reader.copy
    # A source that is renamed shows in the evidence; a treaty that goes leaves a word behind.
    publishing.withdraw(treaty, by=None, reason="Entered twice.")
    assert ("treaty", treaty.slug, "withdrawn") in reader.catch_up()
    assert reader.copy == reader.everything()


def test_a_course_package(client: Client, treaty: Any, tmp_path: Any) -> None:
    answer = client.get("/api/v1/courses/cold-war/package.zip")
    assert answer.status_code == 200
    body = b"".join(answer.streaming_content) if answer.streaming else answer.content
    with zipfile.ZipFile(io.BytesIO(body)) as package:
        package.extractall(tmp_path)
    [table] = tmp_path.rglob("treaties.csv")
    [row] = csv.DictReader(table.open(encoding="utf-8"))
    assert (row["slug"], row["span"]) == (treaty.slug, "1955-05-15")
    Treaty.objects.all().delete()
    Treaty._meta.get_field("citations").related_model.objects.all().delete()
    from records.models import PastSlug

    PastSlug.objects.all().delete()
    call_command("load_course", str(table.parent), verbosity=0)
    again = Treaty.objects.get()
    assert (again.title, again.citations.count()) == (TITLE, 1)


def test_the_site_map(client: Client, treaty: Any) -> None:
    assert "sitemap-treaties.xml" in page(client, "/sitemap.xml")
    assert PAGE in page(client, "/sitemap-treaties.xml")


def test_the_admin(client: Client, treaty: Any, editor: Any) -> None:
    client.force_login(editor)
    assert "Treaties" in page(client, "/admin/")
    assert TITLE in page(client, reverse("admin:treaties_treaty_changelist"))
    assert TITLE in page(client, reverse("admin:treaties_treaty_history", args=[treaty.pk]))


def test_an_address_that_it_had(client: Client, treaty: Any) -> None:
    treaty.slug = "state-treaty"
    treaty.save()
    assert client.get(PAGE)["Location"] == "/treaties/state-treaty/"
    assert client.get(RECORD).json()["url"].endswith("/treaties/state-treaty/")


def test_a_role_may_enter_it() -> None:
    permissions = Group.objects.get(name="Contributor").permissions
    assert permissions.filter(codename="add_treaty").exists()
