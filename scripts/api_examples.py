"""Ask the API for its examples, about the shipped course in its own database, and keep them."""

from __future__ import annotations

import json
import logging
import os
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
os.environ |= {
    "DEBUG": "1",
    "DATABASE_URL": "sqlite:///:memory:",
    "CACHE_URL": "locmem://",
    "SITE_URL": "https://thaw.example",
    "DJANGO_SETTINGS_MODULE": "config.settings",
    "API_ADDRESS_LIMIT": "0",
}
sys.path.insert(0, str(ROOT))

import django  # noqa: E402

django.setup()

from django.core.management import call_command  # noqa: E402
from django.test import Client  # noqa: E402

from config.api_examples import KEPT, answers  # noqa: E402

logging.disable(logging.WARNING)
call_command("migrate", verbosity=0)
call_command("load_course", str(ROOT / "courses" / "khrushchev"), verbosity=0)
found = answers(Client(SERVER_NAME="localhost"))
KEPT.write_text(json.dumps(found, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
