"""The desk in the API: whole records of any state, read and written with an access token.

Through the same gate as the admin: what a role may do there it may do here, a contributor's change
to what readers see becomes a suggestion, and every change keeps who, when and why.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, ClassVar

import orjson
from django.db import models, transaction
from django.db.models import ProtectedError
from django.urls import reverse
from rest_framework import viewsets
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from curation.models import Suggestion
from curation.permissions import is_closed, may_delete, may_publish, may_suggest
from curation.revisions import history
from curation.revisions.rehearsal import rehearsal
from curation.revisions.snapshot import KINDS, empty, put_back, snapshot
from curation.workflow import publishing
from curation.workflow.suggestions import CannotSuggest, suggest
from curation.write_api.access import DeskMixin, Scope
from curation.write_api.problems import (
    fault,
    forbidden,
    invalid,
    kept_whole,
    lack,
    not_ready,
    refused,
)
from curation.write_api.schema import DeskSchema
from curation.write_api.serializers import serializer_of
from records.addresses import find_any
from records.api.conditional import tag_of
from records.api.filters import Choice
from records.api.problems import Problem
from records.api.renderers import JSONRenderer
from records.api.views import both_ways
from records.kinds import is_visible, key_of, root_kinds, with_title
from records.models import Status
from records.pages import absolute
from records.paging import Keyset
from records.publication import obstacles

LONGEST_REASON = 300
# Every kind of record that is written as a whole → the listing it stands in.
DESK_PLACES: dict[type[models.Model], str] = {
    kind.model: kind.listing
    # Those with pages of their own first.
    for kind in sorted(root_kinds(), key=lambda kind: not kind.place)
}


class DeskViewSet(DeskMixin, viewsets.GenericViewSet[Any]):
    """Whole records of one kind. `place` is the listing they stand in."""

    schema = DeskSchema()

    scopes: ClassVar[dict[str, str]] = {
        "create": Scope.WRITE,
        "partial_update": Scope.WRITE,
        "destroy": Scope.WRITE,
        "submit": Scope.WRITE,
        "back_to_draft": Scope.WRITE,
        "publish": Scope.PUBLISH,
        "withdraw": Scope.PUBLISH,
    }
    orderings = both_ways(added=("id",))
    filters = (
        Choice(
            name="status",
            choices=tuple(Status.values),
            description="Only records in this state of publication.",
            example="draft",
        ),
    )
    place = ""

    def known_parameters(self) -> Any:
        if self.action == "list":
            return self.filters, ("format", "page_size", "cursor", "ordering", "count")
        return (), ("format",)

    def keyset(self, columns: tuple[str, ...]) -> Any:
        return Keyset(columns, nulls=False)

    # --- reading -------------------------------------------------------------------------------

    def list(self, request: Request) -> Response:
        self.require("view")
        records = with_title(self.model._default_manager.all())
        page = self.paginate_queryset(self.filter_queryset(records))
        return self.get_paginated_response([self.summary(record) for record in page or ()])

    def retrieve(self, request: Request, key: str) -> Response:
        self.require("view")
        return Response(self.whole(self.record(key)))

    def record(self, key: str) -> Any:
        """The record of any state under its address or public id. Raises `Problem` (404)."""
        model = self.model
        record = find_any(model, key)
        if record is None:
            noun = model._meta.verbose_name
            raise Problem(404, "not-found", f"There is no {noun} “{key}”, published or not.")
        return record

    def address(self, record: Any) -> str:
        return desk_address(record, self.request)

    def summary(self, record: Any) -> dict[str, Any]:
        """What the desk knows of a record."""
        page = absolute(self.request, record.get_absolute_url()) if is_visible(record) else None
        return {
            "key": key_of(record),
            "title": str(record),
            "status": record.status,
            "version": record.version,
            "withdrawn_reason": record.withdrawn_reason,
            "publish_at": record.publish_at,
            "updated": record.updated_at,
            "url": self.address(record),
            "page": page,
        }

    def whole(self, record: Any) -> dict[str, Any]:
        """The document of a record, with what the desk knows of it under `desk`."""
        lacking = [lack(obstacle) for obstacle in obstacles(record)]
        document = serializer_of(self.model)().to_representation(snapshot(record))
        return {"desk": {**self.summary(record), "lacking": lacking}, **document}

    def answer(self, record: Any, status: int = 200) -> Response:
        """The document after a change, with the tag that the next change needs."""
        body = self.whole(type(record)._default_manager.get(pk=record.pk))
        headers = {"ETag": tag_of(JSONRenderer().render(body))}
        if status == 201:
            headers["Location"] = body["desk"]["url"]
        return Response(body, status=status, headers=headers)

    # --- writing -------------------------------------------------------------------------------

    def create(self, request: Request) -> Response:
        self.require("add")
        body, reason = self._body(request)
        if "desk" in body:
            raise invalid(fault("A new record has none yet. Leave it out.", "desk"))
        proposed = self._proposed(body, None, None)
        with kept_whole(), transaction.atomic():
            record = put_back(proposed)
            history.remember_new(record, by=request.user, reason=reason)
        return self.answer(record, 201)

    def partial_update(self, request: Request, key: str) -> Response:
        self.require("change")
        body, reason = self._body(request)
        with kept_whole(), transaction.atomic():
            record = self._as_read(request, key)
            self._refuse_desk(body, record)
            base = snapshot(record)
            change = {name: value for name, value in body.items() if name != "desk"}
            proposed = self._proposed(change, record, base)
            if is_closed(record) and not self._publishes(request):
                return self._suggested(request, record, base, proposed, reason)
            if record.is_published and not reason:
                message = "Readers see this record. Say why it changes, for example “Wrong day.”"
                raise invalid(fault(message, "reason"))
            if proposed == base:
                return self.answer(record)
            with history.changing(record, by=request.user, reason=reason) as current:
                whole = put_back(proposed, current)
                if whole.is_published and (lacking := obstacles(whole)):
                    raise not_ready("Readers see this record, and it would lack something", lacking)
        return self.answer(record)

    def destroy(self, request: Request, key: str) -> Response:
        self.require("delete")
        reason = _reason(request.query_params.get("reason", ""))
        with transaction.atomic():
            record = self._as_read(request, key)
            if record.is_published:
                raise Problem(
                    409, "wrong-state", "Readers see it: withdraw it with a reason first."
                )
            if not may_delete(request.user, record):
                noun = self.model._meta.verbose_name
                raise forbidden(f"Readers saw this {noun}: only an editor can delete it.")
            try:
                history.delete(record, by=request.user, reason=reason)
            except ProtectedError as error:
                names = sorted(f"“{each}”" for each in error.protected_objects)
                detail = f"Other records rest on it: {', '.join(names[:3])}."
                raise Problem(409, "in-use", detail) from error
        return Response(status=204)

    def _proposed(self, change: Mapping[str, Any], record: Any, base: Any) -> Any:
        """The snapshot after `change`. In: the record and its snapshot; None for a new one."""
        serializer = serializer_of(self.model)(base or empty(self.model))
        try:
            return serializer.run_validation(change)
        except ValidationError as error:
            raise refused(serializer, change, record, error.detail) from error

    def _publishes(self, request: Request) -> bool:
        """True where a change of what readers see counts at once."""
        token: Any = request.auth
        return token.allows(Scope.PUBLISH) and may_publish(request.user, self.model)

    def _suggested(
        self, request: Request, record: Any, base: Any, proposed: Any, reason: str
    ) -> Response:
        if not may_suggest(request.user):
            noun = self.model._meta.verbose_name
            raise forbidden(f"Readers see this {noun}, and you may not suggest changes.")
        # Made and taken back, so that a suggestion passes every check that a change passes.
        with rehearsal(record) as rehearsed:
            put_back(proposed, record)
        try:
            suggestion = suggest(
                type(record)._default_manager.get(pk=record.pk),
                rehearsed.snapshot,
                base_version=record.version,
                base_snapshot=base,
                by=request.user,
                reason=reason,
            )
        except CannotSuggest as error:
            raise invalid(fault(str(error), *([] if reason else ["reason"]))) from error
        [body] = suggestion_bodies([suggestion], request)
        return Response(body, status=202, headers={"Location": body["url"]})

    # --- states --------------------------------------------------------------------------------

    def submit(self, request: Request, key: str) -> Response:
        return self._move(request, key, publishing.submit)

    def publish(self, request: Request, key: str) -> Response:
        return self._move(request, key, publishing.publish)

    def withdraw(self, request: Request, key: str) -> Response:
        return self._move(request, key, publishing.withdraw)

    def back_to_draft(self, request: Request, key: str) -> Response:
        return self._move(request, key, publishing.back_to_draft)

    def _move(self, request: Request, key: str, move: Any) -> Response:
        self.require("change")
        body, reason = self._body(request, may_be_empty=True)
        options = {"take_back"} if self.action == "withdraw" else set()
        if unknown := sorted({*body} - {"reason"} - options):
            raise invalid(fault("Only “reason” is taken here.", unknown[0]))
        take_back = body.get("take_back", False)
        if not isinstance(take_back, bool):
            raise invalid(fault("Give true or false.", "take_back"))
        more = {"with_dependents": True} if take_back else {}
        with transaction.atomic():
            record = self._as_read(request, key)
            if why_not := publishing.refusal(record, _ENDS[self.action], by=request.user):
                closed = publishing.refusal(record, _ENDS[self.action], by=None)
                raise Problem(409, "wrong-state", why_not) if closed else forbidden(why_not)
            try:
                outcome = move(record, by=request.user, reason=reason, **more)
            except publishing.LastEvidence as refused:
                detail = f"{refused} Or send “take_back”: true, to take them back to review."
                raise Problem(409, "in-use", detail) from refused
            except publishing.Refused as refused:
                raise invalid(fault(str(refused), "reason")) from refused
        if not outcome.done:
            raise not_ready("It cannot be published yet", outcome.obstacles)
        return self.answer(record)

    # --- what every change asks ----------------------------------------------------------------

    def _body(
        self, request: Request, *, may_be_empty: bool = False
    ) -> tuple[Mapping[str, Any], str]:
        """The members of the body but the reason, and the reason. Raises `Problem`."""
        length = request.META.get("CONTENT_LENGTH") or "0"
        if may_be_empty and length == "0":
            return {}, ""
        body = request.data
        if length == "0" or not isinstance(body, dict):
            raise Problem(
                400,
                "malformed-json",
                "The body has to be a JSON object with members of the record.",
            )
        reason = body.get("reason", "")
        if not isinstance(reason, str):
            raise invalid(fault("Give a text.", "reason"))
        return {name: body[name] for name in body if name != "reason"}, _reason(reason)

    def _as_read(self, request: Request, key: str) -> Any:
        """The record, held, if it still is what the request says was read (RFC 9110, 13.1.1)."""
        record = self.record(key)
        if_match = request.META.get("HTTP_IF_MATCH", "").strip()
        if not if_match:
            raise Problem(
                428,
                "precondition-required",
                "Say which version you have read: send its ETag in If-Match.",
            )
        record = history.locked(record)
        present = tag_of(JSONRenderer().render(self.whole(record)))
        # A compressed answer carries the tag as a weak one, of the very same content.
        tags = [tag.strip().removeprefix("W/") for tag in if_match.split(",")]
        if if_match != "*" and present not in tags:
            raise Problem(
                412,
                "precondition-failed",
                f"“{record}” is at version {record.version} now, and is not what you have read.",
                headers={"ETag": present},
            )
        return record

    def _refuse_desk(self, body: Mapping[str, Any], record: Any) -> None:
        """`desk` may come back as it was read, and says nothing about what to do."""
        if "desk" not in body:
            return
        desk_now = orjson.loads(JSONRenderer().render(self.whole(record)["desk"]))
        desk_sent = body["desk"]
        if not isinstance(desk_sent, dict):
            raise invalid(fault("It is only read. Leave it out.", "desk"))
        for name, value in desk_sent.items():
            if name not in desk_now or desk_now[name] != value:
                message = "It is only read. A state is changed by submit/, publish/ or withdraw/."
                raise invalid(fault(message, "desk", name))


_ENDS = {
    "submit": Status.REVIEW,
    "publish": Status.PUBLISHED,
    "withdraw": Status.WITHDRAWN,
    "back_to_draft": Status.DRAFT,
}


def _reason(text: str) -> str:
    reason = text.strip()
    if len(reason) > LONGEST_REASON:
        raise invalid(fault(f"A reason has at most {LONGEST_REASON} characters.", "reason"))
    return reason


def desk_address(record: Any, request: Request) -> str:
    """The address of a whole record at the desk."""
    place = DESK_PLACES[type(record)]
    return absolute(request, reverse(f"api:desk:{place}-detail", args=[key_of(record)]))


def suggestion_bodies(suggestions: Iterable[Suggestion], request: Request) -> list[dict[str, Any]]:
    """Suggestions as the API shows them, with one query for each kind of record among them."""
    suggestions = [*suggestions]
    ids_by_kind: dict[str, set[int]] = {}
    for each in suggestions:
        ids_by_kind.setdefault(each.model, set()).add(each.record_id)
    records = {
        (label, pk): record
        for label, pks in ids_by_kind.items()
        for pk, record in KINDS[label]._default_manager.in_bulk(pks).items()
    }
    bodies = []
    for each in suggestions:
        record = records.get((each.model, each.record_id))
        bodies.append(
            {
                "id": each.pk,
                "title": each.title,
                "record": desk_address(record, request) if record else None,
                "state": each.state,
                "reason": each.reason,
                "by": each.by.get_username() if each.by else "",
                "made": each.made_at,
                "decided": each.decided_at,
                "comment": each.comment,
                "url": absolute(request, reverse("api:desk:suggestion", args=[each.pk])),
            }
        )
    return bodies
