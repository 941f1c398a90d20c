"""Reads of people who are not signed in, from copies of the database (`REPLICA_URLS`).

Three rules keep a copy that is behind from being seen:

- A request is given a replica only after the primary was asked for the number of the latest public
  change, and only if the replica's latest change is that very one. A replica takes over commits in
  the order of the primary, so everything up to that number is there.
- Only views that say their answers follow from public records alone are given one
  (`keeps_answers`), since the number tells of nothing else. One that first writes what it reads,
  as the search brings its index up to date, says so (`asks_primary`) and is given none.
- Only an answer that says the same of itself is sent (`records.api.conditional.keep`). All others,
  a 404 or an error too, are made anew by the primary.

So a replica changes where an answer is made, and never what it says. One that fails is left alone
for `REPLICA_PAUSE` seconds at a time, and the log says once that it went and once that it is back.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from itertools import count
from threading import Lock
from typing import Any

from django.conf import settings
from django.core.exceptions import MiddlewareNotUsed
from django.db import DatabaseError, InterfaceError
from django.http import Http404, HttpRequest, HttpResponse

from config.postgresql.replicas import reading_from
from config.postgresql.silence import Silence
from config.serving.page_cache import is_for_everybody
from config.serving.patience import at_most, seconds_to_wait
from config.serving.unavailable import unavailable
from curation.changefeed.sequencer import latest_change as newest_entry
from records.api.conditional import is_kept
from records.api.content_version import Latest, latest_change

logger = logging.getLogger(__name__)

# Seconds. To ask a replica for its number takes a thousandth of one, or something is wrong.
_TO_SAY_ITS_NUMBER = 1
# Seconds for any other answer: the primary is there, and its reader should not wait for both.
_TO_ANSWER = 5
# For so many seconds a replica may be behind before the log says so: each is, right after a change.
_WORTH_A_WORD = 10


class Replica:
    """One copy of the database, and what this process knows of it. In: its name in `DATABASES`."""

    def __init__(self, name: str) -> None:
        self.name = name
        self._lock = Lock()
        self._failed = False
        self._alone_until = 0.0
        self._behind_since: float | None = None
        self._behind_was_said = False

    def has(self, latest: Latest) -> bool:
        """Whether it can be asked, and has taken over all up to the latest public change."""
        with self._lock:
            if (now := time.monotonic()) < self._alone_until:
                return False
            if self._failed:
                # One request tries it; the others go on without.
                self._alone_until = now + settings.REPLICA_PAUSE
        try:
            with at_most(_TO_SAY_ITS_NUMBER):
                newest = newest_entry(self.name)
        except (DatabaseError, InterfaceError) as error:
            self.fails(error)
            return False
        self._answered(is_behind=newest != latest)
        return newest == latest

    def fails(self, error: BaseException) -> None:
        """Leave it alone for a while. In: what it said, or what was said in its stead."""
        with self._lock:
            self._alone_until = time.monotonic() + settings.REPLICA_PAUSE
            if self._failed:
                return
            self._failed = True
        logger.error(
            "%s fails (%s), so that the primary answers in its stead. It is asked again every %s "
            "seconds.",
            self.name,
            str(error).partition("\n")[0],
            settings.REPLICA_PAUSE,
        )

    def _answered(self, *, is_behind: bool) -> None:
        with self._lock:
            was_away, self._failed, self._alone_until = self._failed, False, 0.0
            now = time.monotonic()
            if not is_behind:
                caught_up, self._behind_since = self._behind_was_said, None
                self._behind_was_said = False
            else:
                caught_up, self._behind_since = False, self._behind_since or now
            too_long = (
                is_behind
                and not self._behind_was_said
                and now - (self._behind_since or now) >= _WORTH_A_WORD
            )
            self._behind_was_said |= too_long
        if was_away:
            logger.warning("%s answers again.", self.name)
        if caught_up:
            logger.warning("%s has caught up.", self.name)
        if too_long:
            logger.error(
                "%s has been behind the primary for %s seconds, so that the primary answers in its "
                "stead.",
                self.name,
                _WORTH_A_WORD,
            )


class ReplicaMiddleware:
    """Lets a replica answer whom it may answer. Stands last, so that nothing but the view is left.

    Each request begins with another replica, and goes on to the next while one cannot be used.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        if not settings.REPLICAS:
            raise MiddlewareNotUsed
        self.get_response = get_response
        self._replicas = [Replica(name) for name in settings.REPLICAS]
        self._turn = count()

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Any, args: Any, kwargs: Any
    ) -> HttpResponse | None:
        """The answer from a replica; None where the primary has to make it, as Django does then."""
        if not (is_for_everybody(request) and _follows_public_records(view)):
            return None
        latest: Latest | None = getattr(request, "latest_public_change", None)
        if latest is None:
            try:
                latest = latest_change()
            except DatabaseError as error:
                # As in the page cache: whoever waited once is not made to wait again.
                return unavailable(request) if isinstance(error.__cause__, Silence) else None
        # None as long as it is not certain: something that was written has no number yet.
        replica = self._with(latest) if latest is not None else None
        return _answer_of(replica, request, view, args, kwargs) if replica is not None else None

    def _with(self, latest: Latest) -> Replica | None:
        first = next(self._turn)
        for step in range(len(self._replicas)):
            replica = self._replicas[(first + step) % len(self._replicas)]
            if replica.has(latest):
                return replica
        return None


def _answer_of(
    replica: Replica, request: HttpRequest, view: Any, args: Any, kwargs: Any
) -> HttpResponse | None:
    patience = seconds_to_wait.get()
    try:
        with reading_from(replica.name), at_most(min(patience or _TO_ANSWER, _TO_ANSWER)):
            response = view(request, *args, **kwargs)
            # A template asks the database, too.
            if callable(getattr(response, "render", None)):
                response = response.render()
    except (DatabaseError, InterfaceError) as error:
        replica.fails(error)
        return None
    except Http404:
        # Whether nothing is there, the primary has to say.
        return None
    if not is_kept(response) or response.streaming:
        return None
    answer: HttpResponse = response
    return answer


def _follows_public_records(view: Any) -> bool:
    """Whether a view says that its answers may be kept, and not that it writes while it reads.

    In: a function, or what a class made.
    """
    cls = getattr(view, "view_class", None) or getattr(view, "cls", view)
    return bool(getattr(cls, "keeps_answers", False)) and not getattr(cls, "asks_primary", False)
