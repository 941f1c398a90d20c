"""What the search keeps: one row for each record that readers see, and the words of them all.

Everything here follows from public records, and can be made anew from them at any time
(`manage.py rebuild_search`). How it is kept up to date: `study.search.index`.
"""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from study.search.folding import LONGEST_WORD


class SearchEntry(models.Model):
    """What a search knows of one public record, or of one section of a lesson.

    Its number says how it stands among entries that fit equally well, the lowest first: see
    `study.search.documents.number_of`.
    """

    id = models.BigIntegerField(primary_key=True, help_text="Its place among equals.")
    kind = models.CharField("kind of record", max_length=40)
    record_id = models.BigIntegerField()
    key = models.CharField("address or public id", max_length=80)
    # A section stands in no document of its own, and is made anew whenever that of its topic is.
    owner_id = models.BigIntegerField("the record it is a row of", null=True)
    title = models.TextField(help_text="What the record is called.")
    text = models.TextField(blank=True, help_text="What it says, in plain words.")
    path = models.TextField(help_text="Where it is read, without what the server puts before it.")
    within = models.TextField(blank=True, help_text="The title of the lesson that it is part of.")
    within_key = models.CharField("address of that lesson", max_length=80, blank=True)
    date_edtf = models.TextField("date", blank=True)
    date_text = models.TextField("date as written", blank=True)
    earliest = models.IntegerField("first day", null=True)
    latest = models.IntegerField("last day", null=True)
    # The keys of `study.search.folding`, separated by single spaces.
    title_keys = models.TextField(help_text="The words of its title, as a search compares them.")
    name_keys = models.TextField(
        blank=True, help_text="Each of its other names likewise, with “|” between them."
    )
    text_keys = models.TextField(blank=True, help_text="The words of its text, likewise.")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "record_id"], name="record_is_searched_in_one_entry"
            ),
            models.CheckConstraint(
                condition=Q(earliest__isnull=True, latest__isnull=True)
                | Q(earliest__isnull=False, latest__isnull=False),
                name="search_entry_has_both_days_or_none",
            ),
        ]
        indexes = [
            models.Index(fields=["kind", "key"], name="search_entry_by_key"),
            models.Index(fields=["kind", "owner_id"], name="search_entry_by_owner"),
            models.Index(fields=["earliest", "latest", "id"], name="search_entry_by_days"),
        ]

    def __str__(self) -> str:
        return self.title


class SearchWord(models.Model):
    """A word that stands in entries, under its key, and in how many of them."""

    word = models.CharField(max_length=LONGEST_WORD, primary_key=True)
    sound = models.CharField(
        max_length=2 * LONGEST_WORD, db_index=True, help_text="What it sounds like."
    )
    skeleton = models.CharField(
        max_length=2 * LONGEST_WORD, db_index=True, help_text="The consonants of that."
    )
    entries = models.PositiveIntegerField(help_text="In how many entries it stands.")

    def __str__(self) -> str:
        return self.word


class SearchState(models.Model):
    """Up to which number of the change feed the entries are right. One row, or none at first."""

    number = models.BigIntegerField()
    made_at = models.DateTimeField()
    entries = models.PositiveIntegerField(help_text="How many entries there are.")

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(id=1), name="search_has_one_state")]

    def __str__(self) -> str:
        return str(self.number)
