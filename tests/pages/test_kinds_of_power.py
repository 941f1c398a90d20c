"""Teachers extend the kinds of power base; readers, programs and packages have those there are."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client
from django.urls import reverse

from curation.merging.merge import merge
from curation.revisions import history
from curation.workflow import publishing
from events.package.loading import load_package
from events.package.reading import PackageRefused, read_package
from people.models import PowerBase, PowerBaseKind
from tests.factories import (
    CitationFactory,
    PowerBaseFactory,
    PowerBaseKindFactory,
    SourceFactory,
    TenureFactory,
)
from tests.support.accounts import signed_in
from tests.support.admin_forms import citation_rows, data_of, errors_of, page_of
from tests.support.api import read, slugs
from tests.support.feed_reader import Reader
from tests.support.pages import words

pytestmark = pytest.mark.django_db

NEW_KIND = reverse("admin:people_powerbasekind_add")
NEW_BASE = reverse("admin:people_powerbase_add")


def entered_church(desk: Client, **values: Any) -> Any:
    """Enter a kind of power base as somebody of the desk does."""
    church = {"name": "Church", "slug": "church", "order": 5, "status": "published"}
    return desk.post(NEW_KIND, data_of(desk, NEW_KIND) | church | values)


def entered_base(desk: Client, kind: Any, **values: Any) -> Any:
    """Enter a power base of a kind, with its evidence, and publish it."""
    base = {
        "name": "Church of England",
        "slug": "church-of-england",
        "kind": kind.pk,
        "undated_reason": "The sources read give no date.",
        "status": "published",
    }
    cited = citation_rows({"source": SourceFactory().pk, "locator": "chapter 1"})
    return desk.post(NEW_BASE, data_of(desk, NEW_BASE) | base | cited | values)


def test_an_editor_adds_a_kind_and_readers_see_it(client: Client) -> None:
    PowerBaseFactory(slug="party", kind="party")
    desk = signed_in("Editor")
    assert entered_church(desk).status_code == 302
    church = PowerBaseKind.objects.get(slug="church")
    assert entered_base(desk, church).status_code == 302
    assert "Power base · Church" in words(client.get("/power/church-of-england/"))
    assert "Church of England" in words(client.get("/kinds-of-power/church/"))
    assert slugs(client, "power-bases/?kind=church") == ["church-of-england"]
    assert read(client, "power-bases/church-of-england/")["kind"] == "church"
    # The lowest number first.
    assert slugs(client, "power-base-kinds/") == ["church", "party"]


def test_the_power_map_and_the_timeline_stand_in_the_order_of_kinds(client: Client) -> None:
    PowerBaseKindFactory(slug="guild", name="Guild", order=15)
    # By name where the number is one.
    PowerBaseKindFactory(slug="academy", name="Academy", order=15)
    for kind in ("state", "guild", "academy", "party"):
        TenureFactory(power_base__kind=kind, power_base__abbreviation=f"A {kind}")
    bodies = client.get("/power/", {"on": "1960-01-01"}).context["bodies"]
    assert [body.base.kind.slug for body in bodies] == ["party", "academy", "guild", "state"]
    drawing = words(client.get("/timeline/", {"all": "on"}))
    lanes = [drawing.index(f"A {kind}") for kind in ("party", "academy", "guild", "state")]
    assert lanes == sorted(lanes)


@pytest.mark.parametrize("listing", ["power-bases/?", "tenures/?", "effects/?", "state/?on=1960&"])
def test_an_unknown_kind_is_answered_with_those_there_are(client: Client, listing: str) -> None:
    PowerBaseKindFactory(slug="church", name="Church")
    PowerBaseKindFactory(slug="party")
    PowerBaseKindFactory(slug="crown", status="draft")
    answer = client.get(f"/api/v1/{listing}kind=crown")
    assert answer.status_code == 400
    assert "Use one of party, church." in answer.json()["detail"]


def test_a_site_without_kinds_says_so(client: Client) -> None:
    answer = client.get("/api/v1/power-bases/?kind=party")
    assert "No kind is published yet" in answer.json()["detail"]


def test_a_kind_that_got_a_new_name_and_address_reaches_what_shows_it(client: Client) -> None:
    base = PowerBaseFactory(slug="party", kind="party")
    reader = Reader(client)
    reader.catch_up()
    assert "Power base · Party" in words(client.get("/power/party/"))
    desk = signed_in("Editor")
    form = data_of(desk, page_of(base.kind)) | {"name": "Faction", "slug": "faction"}
    assert desk.post(page_of(base.kind), form).status_code == 302
    assert "Power base · Faction" in words(client.get("/power/party/"))
    assert ("power_base", "party", "updated") in reader.catch_up()
    assert reader.copy == reader.everything()
    # Old addresses and filters lead on.
    assert slugs(client, "power-bases/?kind=party") == ["party"]
    assert client.get("/kinds-of-power/party/")["Location"] == "/kinds-of-power/faction/"


@pytest.mark.parametrize(
    ("values", "field", "says"),
    [
        # Letter case makes no other kind.
        ({"name": "PARTY"}, "name", "There is a kind “Party” already (party)"),
        ({"name": ""}, "name", "required"),
        ({"order": "-1"}, "order", "greater than or equal to 0"),
    ],
)
def test_a_wrong_kind_is_refused_at_its_box(values: Any, field: str, says: str) -> None:
    PowerBaseKindFactory(slug="party")
    found = errors_of(entered_church(signed_in("Editor"), **values))
    assert says in found[field][0]


def test_a_contributor_suggests_a_kind_and_publishes_none() -> None:
    desk = signed_in("Contributor")
    assert "status" in errors_of(entered_church(desk))
    assert entered_church(desk, status="review").status_code == 302
    assert PowerBaseKind.objects.get().status == "review"


def test_a_public_power_base_is_of_a_public_kind(client: Client) -> None:
    desk = signed_in("Editor")
    church = PowerBaseKindFactory(slug="church", status="draft")
    said = words(entered_base(desk, church))
    assert "Its kind “Church” is a draft, so readers would not see it" in said
    assert not PowerBase.objects.exists()
    base = PowerBaseFactory(kind=church, status="draft")
    CitationFactory(power_base=base)
    [obstacle] = publishing.publish(base, by=None).obstacles
    assert (obstacle.field, "“Church” is a draft" in obstacle.message) == ("kind", True)
    publishing.publish(church, by=None)
    base.refresh_from_db()
    publishing.publish(base, by=None)
    assert read(client, f"power-bases/{base.slug}/")["kind"] == "church"


def test_a_kind_in_use_is_neither_withdrawn_nor_deleted() -> None:
    base = PowerBaseFactory(name="KGB", kind="security")
    desk = signed_in("Editor")
    form = data_of(desk, page_of(base.kind))
    form |= {"status": "withdrawn", "withdrawn_reason": "Too wide a word."}
    said = words(desk.post(page_of(base.kind), form))
    assert "“KGB” could not stay public" in said
    assert PowerBaseKind.objects.get().is_published
    # Not of drafts either: nobody takes a kind away from under them.
    PowerBase.objects.update(status="draft")
    PowerBaseKind.objects.update(status="draft")
    assert "KGB" in words(desk.post(page_of(base.kind, "delete"), {"post": "yes"}))
    assert PowerBaseKind.objects.exists()


def test_a_kind_hidden_past_every_form_is_not_named(client: Client) -> None:
    base = PowerBaseFactory(slug="kgb", kind="security")
    TenureFactory(power_base=base)
    PowerBaseKind.objects.update(status="draft")
    assert read(client, "power-bases/kgb/")["kind"] is None
    assert read(client, "state/?on=1960-01-01")["power_bases"][0]["kind"] is None
    for address in ("/power/kgb/", "/power/?on=1960-01-01"):
        assert "Security" not in words(client.get(address))


def test_two_kinds_become_one() -> None:
    base = PowerBaseFactory(kind=PowerBaseKindFactory(slug="police", name="Police"))
    security = PowerBaseKindFactory(slug="security")
    merge(security, base.kind, by=None, reason="One thing")
    base.refresh_from_db()
    assert base.kind == security


def test_an_old_version_says_the_kind_under_its_present_name(client: Client) -> None:
    base = PowerBaseFactory(slug="party", kind="party")
    history.baseline(base)
    kind = base.kind
    kind.slug, kind.name = "faction", "Faction"
    kind.save()
    assert "Power base · Faction" in words(client.get("/power/party/v/1/"))
    facts = read(client, "power-bases/party/versions/1/")
    assert facts["title"] == base.name


def _rewritten(path: Path, change: Any) -> None:
    with path.open(encoding="utf-8", newline="") as file:
        rows = [*csv.DictReader(file)]
    change(rows)
    with path.open("w", encoding="utf-8", newline="") as file:
        table = csv.DictWriter(file, [*rows[0]])
        table.writeheader()
        table.writerows(rows)


class TestPackages:
    """A course goes from one site to another with its kinds."""

    @pytest.fixture
    def package(self, tmp_path: Path) -> Path:
        """A package of a course with a power base of a kind that no site has to begin with."""
        from tests.support.small_course import make_course

        church = PowerBaseKindFactory(slug="church", name="Church", order=5, summary="Bishops.")
        make_course()
        PowerBase.objects.update(kind=church)
        call_command("dump_course", "thaw", str(tmp_path / "thaw"), verbosity=0)
        return tmp_path / "thaw"

    @pytest.fixture
    def elsewhere(self, package: Path) -> Path:
        """The same, where another site is that knows no kind."""
        call_command("flush", interactive=False, verbosity=0)
        return package

    @pytest.mark.django_db(transaction=True)
    def test_brings_its_kinds_along(self, elsewhere: Path) -> None:
        load_package(read_package(elsewhere))
        [church] = PowerBaseKind.objects.all()
        assert (church.slug, church.name, church.order) == ("church", "Church", 5)
        assert (church.summary, church.status) == ("Bishops.", "published")
        assert {base.kind for base in PowerBase.objects.all()} == {church}

    def test_names_the_nearest_kind_for_one_it_does_not_have(self, package: Path) -> None:
        _rewritten(package / "power-bases.csv", lambda rows: rows[0].update(kind="chruch"))
        with pytest.raises(PackageRefused) as refused:
            load_package(read_package(package))
        [problem] = [p for p in refused.value.problems if p.column == "kind"]
        assert "Did you mean “church”?" in problem.message

    def test_is_refused_with_a_public_power_base_of_a_draft_kind(self, package: Path) -> None:
        _rewritten(package / "power-base-kinds.csv", lambda rows: rows[0].update(status="draft"))
        with pytest.raises(PackageRefused) as refused:
            load_package(read_package(package))
        assert any("Its kind “Church” is a draft" in p.message for p in refused.value.problems)

    def test_older_than_kinds_is_read_where_the_kind_is(self, package: Path) -> None:
        (package / "power-base-kinds.csv").unlink()
        load_package(read_package(package))
        assert PowerBase.objects.filter(kind__slug="church").exists()
