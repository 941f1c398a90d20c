"""“Report a problem with this”: what a reader without an account can tell the desk.

The form is exempt from Django's CSRF check. That check keeps another site from acting with a
reader's own rights, and sending a report uses none: no cookie is read or set, whoever is signed
in. What stands in its place is a token, signed when the form was opened, that names the record and
its version: nothing can be sent that did not begin here, a few seconds to a day ago.
"""

from __future__ import annotations

import logging
from datetime import timedelta
from typing import Any

from django.core import signing
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseRedirectBase
from django.utils.decorators import method_decorator
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt

from curation.models import Report
from curation.revisions.addresses import UnderRecord
from curation.revisions.views import public_versions
from records.rate_counter import counted, network

logger = logging.getLogger(__name__)

LONGEST = 3000
# How much of a report that is too long is given back to be shortened.
MOST_KEPT = 60_000
# People need more time to write a report; programs do not.
SOONEST = timedelta(seconds=3)
LATEST = timedelta(days=1)
# How many reports one address may send, and in how many seconds.
LIMITS = ((5, 3600), (20, 86_400))

_AGAIN = "Nothing was sent, and your words are still below."


def problem_with(message: str) -> str:
    """What is wrong with the words of a report, and what to do about it; blank when nothing is."""
    if not message:
        return "Say what is wrong, for example “The year should be 1957: see page 412.”"
    if "\0" in message:
        return (
            "The text held characters that cannot be kept (NUL). They were taken out: look it over "
            "and send it again."
        )
    if len(message) > LONGEST:
        problem = f"A report has at most {LONGEST:,} characters, and this one has {len(message):,}."
        if len(message) > MOST_KEPT:
            problem += f" Only the first {MOST_KEPT:,} are kept below."
        return f"{problem} Shorten it, or send it in parts."
    return ""


@method_decorator([never_cache, csrf_exempt], name="dispatch")
class ReportView(UnderRecord):
    """The form, for the version that is read (`?v=`, else the current one), and what it sends."""

    template_name = "curation/report.html"
    title_prefix = ""

    def below(self) -> str:
        return "report/"

    def get_title(self) -> str:
        return f"{self.title_prefix}Report a problem with “{self.object}”"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            self.object = self.get_object()
        except Http404:
            return self.missing(kwargs["slug"])
        return self._form(_token(self.object, self._version_read()))

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            self.object = self.get_object()
        except Http404:
            answer = self.missing(kwargs["slug"])
            if isinstance(answer, HttpResponseRedirectBase):
                # Renamed while the reader was writing: 308 takes the words along, 301 would not.
                answer.status_code = 308
            return answer
        record, token = self.object, request.POST.get("token", "")
        # Browsers send two characters for the end of a line; readers count one.
        message = request.POST.get("message", "").replace("\r\n", "\n").strip()
        try:
            version, too_soon = _opened(token, record)
        except signing.BadSignature:
            problem = f"This form was open for more than a day, or is not complete. {_AGAIN}"
            return self._form(
                _token(record, record.version), message, problem=f"{problem} Send them."
            )
        if wrong := problem_with(message):
            return self._form(token, message, wrong=wrong)
        if request.POST.get("website"):
            problem = f"A field that should stay empty was filled in, as programs do. {_AGAIN}"
            return self._form(token, message, problem=f"{problem} Send them again.")
        if too_soon:
            problem = f"That was quick, as programs are. {_AGAIN} Send them again in a few seconds."
            return self._form(token, message, problem=problem)
        if wait := _too_many(request):
            problem = (
                f"Many reports have come from your address. {_AGAIN} Try again in "
                f"{'an hour' if wait == 3600 else 'a day'}."
            )
            response = self._form(token, message, problem=problem, status=429)
            response["Retry-After"] = str(wait)
            return response
        Report.objects.create(
            model=record._meta.label_lower,
            record_id=record.pk,
            title=str(record)[:300],
            version=version,
            message=message,
        )
        # 303, so that going back and forth in the browser sends nothing twice.
        return HttpResponseRedirect(f"{record.get_absolute_url()}report/sent/", status=303)

    def _version_read(self) -> int:
        """The public version that the reader came from."""
        number = self.request.GET.get("v", "")
        if number.isascii() and number.isdigit() and len(number) < 10:
            versions = public_versions(self.object).filter(number=int(number))
            return int(number) if versions.exists() else self.object.version
        return self.object.version

    def _form(
        self, token: str, message: str = "", *, wrong: str = "", problem: str = "", status: int = 0
    ) -> HttpResponse:
        """The form; after a refusal with the words typed and what to do about them.

        In: `wrong` is about the words, `problem` about sending them.
        """
        refused = wrong or problem
        if refused:
            logger.info("A reader’s report about “%s” was refused: %s", self.object, refused)
            # Read out first when the page comes back.
            self.title_prefix = "Error: "
        context = self.get_context_data(
            object=self.object,
            token=token,
            message=message.replace("\0", "")[:MOST_KEPT],
            wrong=wrong,
            problem=problem,
            longest=LONGEST,
        )
        return self.render_to_response(context, status=status or (400 if refused else 200))


class ReportSentView(UnderRecord):
    """Thanks, and what happens with a report."""

    template_name = "curation/report_sent.html"
    title = "Thank you: your report was sent"

    def below(self) -> str:
        return "report/sent/"

    def get_title(self) -> str:
        return self.title


# --- tokens and limits ------------------------------------------------------------------------


def _signer() -> signing.TimestampSigner:
    return signing.TimestampSigner(salt="curation.report")


def _token(record: Any, version: int) -> str:
    """Signed proof of when a form was opened, for which record, and which version was read."""
    return _signer().sign(f"{record._meta.label_lower}:{record.pk}:{version}")


def _opened(token: str, record: Any) -> tuple[int, bool]:
    """The version read when a form was opened, and whether that was too short a while ago.

    Raises `BadSignature` for a token that is too old, altered, or of another record.
    """
    about, _, version = _signer().unsign(token, max_age=LATEST).rpartition(":")
    if about != f"{record._meta.label_lower}:{record.pk}":
        raise signing.BadSignature("The token is of another record.")
    try:
        _signer().unsign(token, max_age=SOONEST)
    except signing.SignatureExpired:
        return int(version), False
    return int(version), True


def _too_many(request: HttpRequest) -> int:
    """Count one report of an address; 0 while it may send more, else the seconds to wait."""
    who = network(request)
    for most, seconds in LIMITS:
        if counted("report", who, seconds) > most:
            return seconds
    return 0
