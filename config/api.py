"""The addresses of the API. Public addresses are a promise: docs/api.md."""

from __future__ import annotations

import sys
from typing import Any, ClassVar

from csp.decorators import csp_update
from django.http import Http404, HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.urls import include, is_valid_path, path, re_path, reverse
from django.utils.decorators import method_decorator
from django.utils.module_loading import autodiscover_modules
from django.views import defaults
from django.views.generic import TemplateView
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.renderers import OpenApiJsonRenderer
from drf_spectacular.utils import extend_schema
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.routers import SimpleRouter
from rest_framework.views import APIView

from config.serving.unavailable import passes, unavailable
from curation.changefeed.api import ChangeViewSet
from curation.revisions.api import VersionViewSet
from curation.write_api.root import DeskRootView
from curation.write_api.suggestions import SuggestionViewSet
from curation.write_api.views import DESK_PLACES, DeskViewSet
from events.package.api import CoursePackageViewSet
from events.timeline.api import TimelineViewSet
from people.api_state import StateViewSet
from records.api.links import LISTINGS
from records.api.problem_types import PROBLEM_TYPES
from records.api.problems import problem_response
from records.api.reading import ReadingView
from records.api.views import ReadingMixin
from records.kinds import listed_kinds
from records.pages import Crumb, PageMixin, absolute
from study.search.api import SearchViewSet

# The views of every kind stand in the `api` of its app.
autodiscover_modules("api")
router = SimpleRouter()
for _kind in listed_kinds():
    router.register(_kind.listing, LISTINGS[_kind.model], basename=_kind.route)
for _prefix, _name, _view in (
    ("timeline", "timeline", TimelineViewSet),
    ("state", "state", StateViewSet),
    ("changes", "change", ChangeViewSet),
    ("search", "search", SearchViewSet),
):
    router.register(_prefix, _view, basename=_name)


class RootView(ReadingMixin, APIView):
    """What there is to read."""

    @extend_schema(
        operation_id="root",
        description="The addresses of everything that can be read.",
        responses={
            200: {
                "type": "object",
                "additionalProperties": {"type": "string", "format": "uri"},
            }
        },
    )
    def get(self, request: Request) -> Response:
        lists = {
            prefix: absolute(request, reverse(f"api:{name}-list"))
            for prefix, _, name in router.registry
        }
        schema = absolute(request, reverse("api-schema"))
        return Response({**lists, "schema": schema, "docs": absolute(request, reverse("api-docs"))})


class KeptSchema(SchemaGenerator):
    """Makes the description once for each host: nothing in it changes while the site runs."""

    # By host; a site has one or two, and its settings bound them.
    _made: ClassVar[dict[str, Any]] = {}
    _most = 2

    def get_schema(self, request: Any = None, public: bool = False) -> Any:
        if request is None or request.query_params:
            # “lang” and “version” are parameters of the view.
            return super().get_schema(request, public)
        host = absolute(request, "/")
        found = self._made.get(host)
        if found is None:
            found = super().get_schema(request, public)
            if len(self._made) >= self._most:
                self._made.clear()
            self._made[host] = found
        return found


class SchemaView(SpectacularAPIView):
    """The description of the API in OpenAPI 3.1."""

    generator_class = KeptSchema
    renderer_classes = [OpenApiJsonRenderer]


# Swagger UI sets style attributes from its script and cannot do without. The leave is for this
# one page, which shows nothing that a reader typed; scripts stay limited to files of this site.
@method_decorator(csp_update({"style-src": ["'unsafe-inline'"]}), name="dispatch")
class DocsView(SpectacularSwaggerSplitView):
    """The reference page."""

    url_name = "api-schema"
    template_name = "api/docs.html"


class ProblemPage(PageMixin, TemplateView):
    """What one kind of error means and what to do about it: the `type` of problem documents."""

    template_name = "api/problem.html"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if kwargs["code"] not in PROBLEM_TYPES:
            raise Http404
        return super().get(request, *args, **kwargs)

    def get_title(self) -> str:
        return f"Problem: {PROBLEM_TYPES[self.kwargs['code']].title}"

    def get_breadcrumbs(self) -> list[Crumb]:
        return [Crumb("Problems", reverse("api-problems"))]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(problem=PROBLEM_TYPES[kwargs["code"]], **kwargs)


class ProblemsPage(PageMixin, TemplateView):
    """Every kind of error the API answers with."""

    template_name = "api/problems.html"
    title = "Problems that the API reports"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(problems=PROBLEM_TYPES.items(), **kwargs)


@extend_schema(exclude=True)
class NotFoundView(APIView):
    """Every address under /api/ that does not exist: with the slash it lacks, or a problem."""

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        raise Http404

    def dispatch(self, request: Any, *args: Any, **kwargs: Any) -> Any:
        if not request.path.endswith("/") and request.method in ("GET", "HEAD"):
            match = is_valid_path(f"{request.path_info}/")
            if match and match.func is not request.resolver_match.func:
                return HttpResponsePermanentRedirect(request.get_full_path(force_append_slash=True))
        return super().dispatch(request, *args, **kwargs)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Django’s answer to a request that it refused before any view: the API has its own shape."""
    if request.path.startswith("/api/"):
        return problem_response(400, "bad-request", "The request cannot be understood.")
    return defaults.bad_request(request, exception)


def server_error(request: HttpRequest) -> HttpResponse:
    """The answer to an error that nobody foresaw. It tells nothing of the cause."""
    if passes(sys.exc_info()[1]):
        # Raised where no view was: by what reads or keeps a session.
        return unavailable(request)
    if request.path.startswith("/api/"):
        detail = "Something went wrong on our side. Try again; if it stays, tell the site’s keeper."
        return problem_response(500, "internal-server-error", detail)
    return defaults.server_error(request)


def _desk() -> list[Any]:
    """The desk’s addresses, for each kind of record alike."""
    found = [
        path("", DeskRootView.as_view(), name="root"),
        path("suggestions/", SuggestionViewSet.as_view({"get": "list"}), name="suggestions"),
        path(
            "suggestions/<int:suggestion>/",
            SuggestionViewSet.as_view({"get": "retrieve"}),
            name="suggestion",
        ),
    ]
    for model, place in DESK_PLACES.items():
        name = f"{model.__name__}DeskViewSet"
        view: Any = type(name, (DeskViewSet,), {"model": model, "place": place})
        one = f"{place}/<slug:key>/"
        every = view.as_view({"get": "list", "post": "create"})
        whole = {"get": "retrieve", "patch": "partial_update", "delete": "destroy"}
        found += [
            path(f"{place}/", every, name=place),
            path(one, view.as_view(whole), name=f"{place}-detail"),
            path(f"{one}submit/", view.as_view({"post": "submit"})),
            path(f"{one}publish/", view.as_view({"post": "publish"})),
            path(f"{one}withdraw/", view.as_view({"post": "withdraw"})),
            path(f"{one}back-to-draft/", view.as_view({"post": "back_to_draft"})),
        ]
    return found


_v1 = [
    path("", RootView.as_view(), name="root"),
    path("reading/", ReadingView.as_view(), name="reading"),
    path("desk/", include((_desk(), "desk"))),
    *router.urls,
    path(
        "courses/<slug:slug>/package.zip",
        CoursePackageViewSet.as_view({"get": "package"}),
        name="course-package",
    ),
    path(
        "<slug:place>/<slug:slug>/versions/",
        VersionViewSet.as_view({"get": "list"}),
        name="version-list",
    ),
    path(
        "<slug:place>/<slug:slug>/versions/<int:number>/",
        VersionViewSet.as_view({"get": "retrieve"}),
        name="version-detail",
    ),
]
urlpatterns = [
    path("v1/", include((_v1, "api"))),
    path("schema/", SchemaView.as_view(), name="api-schema"),
    path("docs/", DocsView.as_view(), name="api-docs"),
    path("problems/", ProblemsPage.as_view(), name="api-problems"),
    path("problems/<slug:code>/", ProblemPage.as_view(), name="api-problem"),
    re_path(r"^", NotFoundView.as_view(), name="api-not-found"),
]
