from django.urls import path, register_converter

from curation import feed, preview, public_versions, reports
from curation.addresses import PlaceConverter

register_converter(PlaceConverter, "place")

app_name = "curation"
urlpatterns = [
    path("changes.atom", feed.changes, name="changes"),
    path("<place:place>/<slug:slug>/v/", public_versions.HistoryView.as_view(), name="history"),
    path(
        "<place:place>/<slug:slug>/v/<int:number>/",
        public_versions.VersionView.as_view(),
        name="version",
    ),
    path("<place:place>/<slug:slug>/report/", reports.ReportView.as_view(), name="report"),
    path(
        "<place:place>/<slug:slug>/report/sent/",
        reports.ReportSentView.as_view(),
        name="report-sent",
    ),
    path("preview/<slug:kind>/<int:pk>/", preview.preview, name="preview"),
    path("preview/<str:token>/", preview.signed_preview, name="signed-preview"),
]
