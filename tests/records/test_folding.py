"""Search boxes: letter case and ё do not matter, in any script and on every database."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from people.models import Person
from tests.factories import PersonFactory
from tests.support.api import slugs

pytestmark = pytest.mark.django_db

FOUND = [
    # how a name is written, and what is searched for
    ("Никита Хрущёв", "хрущев"),
    ("Никита Хрущев", "ХРУЩЁВ"),
    ("Ёлкин", "елкин"),
    ("Åse Kleveland", "ÅSE"),
    ("Çakır", "çakır"),
    # what LIKE would take for a pattern is plain text
    ("100% Soviet_Man", "%"),
    ("100% Soviet_Man", "t_m"),
]


@pytest.mark.parametrize(("name", "words"), FOUND)
def test_a_name_should_be_found_however_it_is_typed(client: Client, name: str, words: str) -> None:
    PersonFactory(slug="found", native_name=name)
    PersonFactory(slug="other", native_name="Георгий Жуков")
    assert slugs(client, f"people/?search={words.replace('%', '%25')}") == ["found"]


def test_the_list_at_the_desk_should_find_it_too(admin_client: Any) -> None:
    PersonFactory(slug="found", native_name="Никита Хрущёв")
    PersonFactory(slug="other", native_name="Георгий Жуков")
    page = admin_client.get("/admin/people/person/", {"q": "хрущев"})
    assert [person.slug for person in page.context["cl"].result_list] == ["found"]


def test_folding_should_leave_rows_without_a_text_out() -> None:
    assert not Person.objects.filter(died_edtf__folds="1971").exists()
