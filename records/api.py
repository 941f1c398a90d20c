"""What every endpoint of the API shares: answers, addresses, paging, and the reading views."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from django.urls import reverse
from django.utils.cache import patch_vary_headers
from drf_spectacular.utils import extend_schema_field
from rest_framework import mixins, serializers, viewsets
from rest_framework.pagination import BasePagination
from rest_framework.request import Request
from rest_framework.response import Response

from records.api_caching import cacheable
from records.api_csv import CSVRenderer
from records.api_expand import Expandable, expand, expanding, read_expansion
from records.api_fields import COUNT, COUNTED, counted, keep_only, wants_count
from records.api_filters import Filter, Filtering, read_parameters
from records.api_formats import JSONRenderer
from records.api_json_ld import JSONLDRenderer
from records.api_limits import LimitedMixin
from records.api_links import (  # noqa: F401 -- whoever writes an endpoint finds all of it here
    ROUTES,
    LinkSerializer,
    RecordLinkSerializer,
    api_url,
    key_of,
    kind_of,
    page_url,
    public,
    title_of,
    with_records,
)
from records.dates import HistoricalDate, iso_day
from records.keyset import CursorError, Keyset, Page
from records.models import KEY_PATTERN, PastSlug, Status, was_public
from records.pages import absolute
from records.problems import ParameterProblem, Problem

PAGE_SIZE, LARGEST_PAGE = 50, 200


# --- fields ---------------------------------------------------------------------------------


class HistoricalDateSerializer(serializers.Serializer[Any]):
    """A date or span at the precision that is known."""

    edtf = serializers.CharField(help_text="Extended Date/Time Format, levels 0 and 1.")
    text = serializers.CharField(help_text="The same in English, at the same precision.")
    earliest = serializers.CharField(
        allow_null=True, help_text="The first day it can be, ISO 8601; null when open."
    )
    latest = serializers.CharField(
        allow_null=True, help_text="The last day it can be, ISO 8601; null when open."
    )

    def to_representation(self, instance: HistoricalDate) -> dict[str, Any]:
        return {
            "edtf": instance.edtf,
            "text": instance.display(),
            "earliest": iso_day(instance.earliest),
            "latest": iso_day(instance.latest),
        }


class RecordSerializer(serializers.ModelSerializer[Any]):
    """A record with its two addresses. Everything is read-only; texts are Markdown."""

    url = serializers.SerializerMethodField(help_text="Its address in the API.")
    page = serializers.SerializerMethodField(help_text="Its public page.")

    def get_fields(self) -> dict[str, Any]:
        fields = super().get_fields()
        for each in fields.values():
            each.read_only, each.required = True, False
        return fields

    @extend_schema_field({"type": "string", "format": "uri"})
    def get_url(self, record: Any) -> str:
        return api_url(record, self.context["request"])

    @extend_schema_field({"type": "string", "format": "uri"})
    def get_page(self, record: Any) -> str:
        return page_url(record, self.context["request"])


@extend_schema_field(
    {"type": "object", "additionalProperties": {"type": "string", "format": "uri"}}
)
class RelatedListsField(serializers.Field[Any, Any, Any, Any]):
    """Addresses of listings that hold what belongs to a record, by name.

    In: listings by name, each the route and the parameter that names the record.
    """

    def __init__(self, lists: Mapping[str, tuple[str, str]]) -> None:
        self.lists = lists
        super().__init__(
            source="*",
            read_only=True,
            help_text="Addresses of listings that hold what belongs to this record.",
        )

    def __deepcopy__(self, memo: Any) -> RelatedListsField:
        return type(self)(self.lists)

    def to_representation(self, instance: Any) -> dict[str, str]:
        request = self.context["request"]
        return {
            name: absolute(request, f"{reverse(f'api:{route}-list')}?{parameter}={instance.slug}")
            for name, (route, parameter) in self.lists.items()
        }


# --- paging ---------------------------------------------------------------------------------


def read_page_size(request: Request) -> int:
    """What `page_size` asks for. Raises `ParameterProblem`."""
    text = request.query_params.get("page_size", str(PAGE_SIZE))
    # At most three digits: int() of a text as long as an address line is work for nothing.
    size = int(text) if text.isascii() and text.isdigit() and len(text) <= 3 else 0
    if not 1 <= size <= LARGEST_PAGE:
        raise ParameterProblem(
            "malformed-parameter",
            "page_size",
            text,
            f"Use a whole number from 1 to {LARGEST_PAGE}.",
            str(PAGE_SIZE),
        )
    return size


class KeysetPagination(BasePagination):
    """Pages by key, both ways; see `records.keyset`. The view gives the ordering."""

    page: Page
    count: dict[str, Any] | None

    def paginate_queryset(self, queryset: Any, request: Request, view: Any = None) -> list[Any]:
        self.request = request
        size = read_page_size(request)
        cursor = request.query_params.get("cursor")
        try:
            self.page = view.ordering(request).page(queryset, size=size, cursor=cursor)
        except CursorError as error:
            raise ParameterProblem("bad-cursor", "cursor", cursor or "", str(error), "") from error
        wanted = wants_count(request.query_params.get("count", "false"))
        self.count = counted(queryset) if wanted else None
        return self.page.items

    def _address(self, cursor: str | None) -> str | None:
        if cursor is None:
            return None
        query = self.request.query_params.copy()
        query["cursor"] = cursor
        return absolute(self.request, f"{self.request.path}?{query.urlencode()}")

    def get_paginated_response(self, data: Any) -> Response:
        following, preceding = self._address(self.page.next), self._address(self.page.previous)
        links = [
            f'<{address}>; rel="{rel}"'
            for rel, address in (("next", following), ("prev", preceding))
            if address
        ]
        body = {"next": following, "previous": preceding, "results": data}
        if self.count is not None:
            body["count"] = self.count
        return Response(body, headers={"Link": ", ".join(links)} if links else None)

    def get_paginated_response_schema(self, schema: Any) -> dict[str, Any]:
        address = {"type": ["string", "null"], "format": "uri"}
        return {
            "type": "object",
            "required": ["next", "previous", "results"],
            "properties": {
                "next": {**address, "description": "The next page; null on the last."},
                "previous": {**address, "description": "The page before; null on the first."},
                "results": schema,
                "count": COUNTED,
            },
        }

    def get_schema_operation_parameters(self, view: Any) -> list[dict[str, Any]]:
        size = {
            "type": "integer",
            "minimum": 1,
            "maximum": LARGEST_PAGE,
            "default": PAGE_SIZE,
        }
        return [
            {
                "name": "page_size",
                "in": "query",
                "required": False,
                "description": f"How many records, from 1 to {LARGEST_PAGE}.",
                "schema": size,
            },
            {
                "name": "cursor",
                "in": "query",
                "required": False,
                "description": "Where the page begins: taken from “next” or “previous” of this "
                "listing, in this ordering. Its form is nobody’s business and may change.",
                "schema": {"type": "string"},
            },
            {
                "name": "ordering",
                "in": "query",
                "required": False,
                "description": "The order of the list; “-” turns it round. Records without a date "
                "come last either way.",
                "schema": {
                    "type": "string",
                    "enum": [*view.orderings],
                    "default": next(iter(view.orderings)),
                },
            },
            COUNT,
        ]


# --- views ----------------------------------------------------------------------------------


class ReadingMixin(LimitedMixin):
    """Reads the query before anything else, and tells caches what to do with the answer."""

    filters: ClassVar[tuple[Filter, ...]] = ()
    filter_backends: Any = [Filtering]
    allowed_methods: Any
    values: dict[str, Any]
    expansion: tuple[Expandable, ...] = ()
    # What a method that is not taken is told besides.
    elsewhere = "Records are written under /api/v1/desk/, with an access token."

    def known_parameters(self) -> tuple[tuple[Filter, ...], tuple[str, ...]]:
        """The filters that this request may use, and the other names it may give."""
        return self.filters, ("format",)

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        # A method that is not taken is answered as such, whatever its parameters.
        if request.method in ("GET", "HEAD") and "GET" in self.allowed_methods:
            self.values = read_parameters(request, *self.known_parameters())
            if "expand" in request.query_params:
                self.expansion = read_expansion(request, self.get_serializer_class())  # type: ignore[attr-defined]

    def expanded(self, response: Any) -> Any:
        """An answer with the links grown that the request names: a listing, or one record."""
        if self.expansion and response.status_code == 200:
            data = response.data
            expand(data.get("results", [data]), self.expansion, self.request)  # type: ignore[attr-defined]
        return response

    def options(self, request: Any, *args: Any, **kwargs: Any) -> Any:
        """What may be done here is in `Allow`; all else is in the description."""
        return Response(status=204)

    def finalize_response(self, request: Any, response: Any, *args: Any, **kwargs: Any) -> Any:
        if response.status_code != 200:
            # A problem, or the way to a new address, has one form, whatever was asked for.
            request.accepted_renderer = JSONRenderer()
            request.accepted_media_type = JSONRenderer.media_type
        if "format" in request.query_params:
            # The address itself names the form, so one copy of the answer serves every reader.
            self.headers.pop("Vary", None)
        response = super().finalize_response(request, response, *args, **kwargs)
        if request.method in ("GET", "HEAD") and isinstance(response, Response):
            if "format" not in request.query_params:
                patch_vary_headers(response, ["Accept"])
            response.add_post_render_callback(lambda rendered: self.kept(rendered, request))
        return response

    def kept(self, rendered: Any, request: Any) -> Any:
        """The answer with what it says to caches."""
        return cacheable(rendered, request)


class ListingMixin(ReadingMixin):
    """A listing in one of a few orders. The first of `orderings` is the usual one.

    `nulls` says whether the column that leads an order may be without a value.
    """

    orderings: ClassVar[dict[str, tuple[str, ...]]]
    nulls = True
    pagination_class: Any = KeysetPagination
    renderer_classes: Any = [JSONRenderer, CSVRenderer, JSONLDRenderer]
    action: str
    request: Any

    def known_parameters(self) -> tuple[tuple[Filter, ...], tuple[str, ...]]:
        always = ("format", "fields", *expanding(self))
        if self.action == "list":
            return self.filters, (*always, "page_size", "cursor", "ordering", "count")
        return (), always

    def get_serializer(self, *args: Any, **kwargs: Any) -> Any:
        serializer = super().get_serializer(*args, **kwargs)  # type: ignore[misc]
        # Only a request that was read has values; whoever describes the API has none.
        if hasattr(self, "values") and (names := self.request.query_params.get("fields")):
            keep_only(serializer, names)
        return serializer

    def ordering(self, request: Request) -> Any:
        """The keyset that the request asks for."""
        usual = next(iter(self.orderings))
        name = request.query_params.get("ordering", usual)
        if name not in self.orderings:
            detail = f"Use one of {', '.join(self.orderings)}."
            raise ParameterProblem("malformed-parameter", "ordering", name, detail, usual)
        return self.keyset(self.orderings[name])

    def keyset(self, columns: tuple[str, ...]) -> Any:
        return Keyset(columns, nulls=self.nulls)


class RecordViewSet(
    ListingMixin, mixins.ListModelMixin, mixins.RetrieveModelMixin, viewsets.GenericViewSet[Any]
):
    """List and detail of one kind of record, public parts only, for reading.

    Subclasses give `list_class` and `detail_class` (serializers), `filters`, `orderings`, and
    `get_queryset`, which starts at `published()` and loads what the serializer of the action shows.
    """

    list_class: type[serializers.Serializer[Any]]
    detail_class: type[serializers.Serializer[Any]]
    lookup_field = "slug"
    lookup_value_regex = KEY_PATTERN
    model: Any
    # A serialised record of this kind as schema.org data; see `records.schema_org`.
    schema_org: Any

    def get_serializer_class(self) -> Any:
        return self.list_class if self.action == "list" else self.detail_class

    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return self.expanded(super().list(request, *args, **kwargs))

    def retrieve(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        key = kwargs[self.lookup_field]
        record = self.get_queryset().filter(**{self.lookup_field: key}).first()
        if record is None:
            return self.missing(request, key)
        return self.expanded(Response(self.get_serializer(record).data))

    def missing(self, request: Request, key: str) -> Response:
        """The answer for an address under which nothing is published."""
        model = self.model
        noun = str(model._meta.verbose_name)
        past = None
        if self.lookup_field == "slug":
            label = model._meta.label_lower
            past = PastSlug.objects.filter(model=label, slug=key, was_public=True).first()
        present = past.current_slug if past is not None else key
        if past is not None and not present:
            raise Problem(410, "deleted", f"This {noun} was deleted.")
        here = {self.lookup_field: present}
        if hasattr(model, "status"):
            withdrawn = model.objects.filter(**here, status=Status.WITHDRAWN).first()
            if withdrawn is not None and was_public(withdrawn):
                reason = withdrawn.withdrawn_reason
                raise Problem(410, "withdrawn", f"This {noun} was withdrawn: {reason}")
        current = model.objects.published().filter(**here).first() if past is not None else None
        if current is not None:
            query = request.META.get("QUERY_STRING", "")
            address = api_url(current, request)
            moved = f"{address}?{query}" if query else address
            return Response({"url": address}, status=301, headers={"Location": moved})
        raise Problem(404, "not-found", f"No published {noun} has the address “{key}”.")
