"""Makes Thaw ready to open: what `make run` does before it serves."""

from __future__ import annotations

import errno
import socket
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError

from curation.changefeed.sequencer import number_everything
from people.models import PowerBaseKind
from records.kinds import kinds
from records.models import PastSlug
from records.planner import count_rows
from study.search.index import catch_up

SHIPPED_COURSE = settings.BASE_DIR / "courses" / "khrushchev"


class Command(BaseCommand):
    help = (
        "Migrate, load the shipped course into an empty database and, with DEBUG on, make the "
        "demo accounts. Safe to run again: it never touches what somebody entered."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--address",
            metavar="HOST:PORT",
            help="stop at once if something else serves there already",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if options["address"]:
            refuse_taken(options["address"])
        call_command("migrate", interactive=False, verbosity=0)
        if is_empty():
            self.stdout.write("The database is empty: loading the shipped course.")
            call_command("load_course", str(SHIPPED_COURSE), stdout=self.stdout)
        if settings.DEBUG:
            call_command("make_demo_accounts", stdout=self.stdout)
        # What a migration touched waits for its numbers, and finished answers are not kept before.
        number_everything()
        # So that no reader waits for the index of the search.
        catch_up()
        count_rows()


def is_empty() -> bool:
    """True when nobody has entered anything yet.

    A database whose course was deleted on purpose is not empty: what was deleted left its address
    behind, and stays deleted. Kinds of power base come with the migrations.
    """
    records: list[Any] = [kind.model for kind in kinds() if kind.model is not PowerBaseKind]
    return not any(model._default_manager.exists() for model in [*records, PastSlug])


def refuse_taken(address: str) -> None:
    """Raise CommandError when `address` (“127.0.0.1:8000”) cannot be served on, and say why."""
    host, _, port = address.rpartition(":")
    host = host.strip("[]")
    if not host or not port.isascii() or not port.isdigit() or not 0 < int(port) < 65536:
        raise CommandError(f"“{address}” is no address to serve on. Try HOST=127.0.0.1 PORT=8000.")
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        # A server that has just stopped leaves connections behind, which are no obstacle.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, int(port)))
        except OSError as error:
            if error.errno == errno.EADDRINUSE:
                raise CommandError(
                    f"Port {port} is in use, perhaps by Thaw in another window. Stop that, or "
                    f"choose another port: make run PORT={int(port) + 1}"
                ) from error
            raise CommandError(f"Cannot serve on {address}: {error.strerror}.") from error
