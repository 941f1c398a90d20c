"""The views of every endpoint that reads: what they take, answer and tell caches."""

from __future__ import annotations

from typing import Any, ClassVar

from django.utils.cache import patch_vary_headers
from rest_framework import mixins, serializers, viewsets
from rest_framework.request import Request
from rest_framework.response import Response

from records.addresses import Gone, Moved, find_absent
from records.api.conditional import cacheable, keep
from records.api.csv_renderer import CSVRenderer
from records.api.expand import Expandable, expand, expanding, read_expansion
from records.api.filters import Filter, Filtering, read_parameters
from records.api.json_ld_renderer import JSONLDRenderer
from records.api.links import LISTINGS, api_url
from records.api.pagination import KeysetPagination
from records.api.problems import ParameterProblem, Problem
from records.api.renderers import JSONRenderer
from records.api.sparse_fields import keep_only
from records.api.throttling import LimitedMixin
from records.models import KEY_PATTERN
from records.paging import Keyset


class ReadingMixin(LimitedMixin):
    """Reads the query before anything else, and tells caches what to do with the answer."""

    filters: ClassVar[tuple[Filter, ...]] = ()
    filter_backends: Any = [Filtering]
    allowed_methods: Any
    values: dict[str, Any]
    expansion: tuple[Expandable, ...] = ()
    # False where answers follow from more than public records, so that none may be kept.
    keeps_answers = True
    # A sentence to add to the answer for a method that is not allowed.
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
        if self.keeps_answers:
            keep(rendered)
        return cacheable(rendered, request)


def both_ways(**columns: tuple[str, ...]) -> dict[str, tuple[str, ...]]:
    """Orderings by name, each followed by the same backwards: `date`, then `-date`.

    In: the columns that each ordering sorts by, the first one first.
    """
    orderings: dict[str, tuple[str, ...]] = {}
    for name, names in columns.items():
        orderings[name] = names
        orderings[f"-{name}"] = tuple(f"-{column}" for column in names)
    return orderings


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

    def __init_subclass__(cls, **kwargs: Any) -> None:
        """A class that names the model of a listed kind is what lists that kind."""
        super().__init_subclass__(**kwargs)
        if "model" in cls.__dict__:
            LISTINGS[cls.model] = cls

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
        noun = str(self.model._meta.verbose_name)
        answer = find_absent(self.model, key)
        if isinstance(answer, Gone):
            if answer.was_deleted:
                raise Problem(410, "deleted", f"This {noun} was deleted.")
            raise Problem(410, "withdrawn", f"This {noun} was withdrawn: {answer.reason}")
        if isinstance(answer, Moved):
            query = request.META.get("QUERY_STRING", "")
            address = api_url(answer.record, request)
            moved = f"{address}?{query}" if query else address
            return Response({"url": address}, status=301, headers={"Location": moved})
        raise Problem(404, "not-found", f"No published {noun} has the address “{key}”.")
