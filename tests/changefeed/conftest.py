"""What the tests of the feed share."""

from __future__ import annotations

import pytest
from django.test import Client

from tests.support.feed_reader import Reader


@pytest.fixture
def reader(client: Client) -> Reader:
    """Somebody who follows the feed from its beginning."""
    return Reader(client)
