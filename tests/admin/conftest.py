"""What the tests of the desk share."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import User
from django.test import Client

from events.models import Event
from people.models import Tenure
from tests.factories import CitationFactory, EventFactory, TenureFactory


@pytest.fixture
def desk(client: Client, editor: User) -> Client:
    """The browser of somebody who may do everything."""
    client.force_login(editor)
    return client


@pytest.fixture
def speech() -> Event:
    """A public event with its evidence."""
    event = EventFactory(slug="secret-speech", title="Secret Speech")
    CitationFactory(event=event, public_id="speech-lewin")
    return event


@pytest.fixture
def office() -> Tenure:
    """An office whose person and power base are public, with their evidence."""
    tenure = TenureFactory()
    for record in ("person", "power_base"):
        CitationFactory(**{record: getattr(tenure, record)})
    return tenure
