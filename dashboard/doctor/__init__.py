"""What may be wrong with a site: its configuration, its database, its records, its timers.

Each module has checks: functions that give findings. `manage.py doctor` asks those of the three
lists below, in order. A new check is a function in a list.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from dashboard.doctor import backups, clock, configuration, database, evidence, feed, orphans
from dashboard.doctor.finding import Finding

Check = Callable[[], Iterable[Finding]]

WITHOUT_DATABASE: list[Check] = [
    configuration.of_hosts,
    configuration.by_django,
    configuration.of_the_proxy,
    configuration.cache_answers,
    configuration.pictures_can_be_kept,
    backups.newest_backup,
]
# Each is asked only if the one before it found nothing, and the records only after all of them.
OF_DATABASE: list[Check] = [
    database.answers,
    database.file_is_whole,
    database.migrations_are_applied,
    database.can_be_written,
]
OF_RECORDS: list[Check] = [
    database.has_room,
    database.links_are_whole,
    database.triggers_are_in_order,
    database.replicas_follow,
    feed.says_what_is_public,
    evidence.every_statement_is_sourced,
    orphans.unknown_kinds,
    orphans.past_slugs,
    orphans.open_work,
    orphans.uploaded_files,
    backups.old_data_is_kept,
    clock.overdue,
    clock.expired_sessions,
]


def findings() -> Iterable[Finding]:
    """Everything that the checks find, without the records where the database is not in order."""
    for check in WITHOUT_DATABASE:
        yield from check()
    for check in OF_DATABASE:
        if wrong := [*check()]:
            yield from wrong
            return
    for check in OF_RECORDS:
        yield from check()
