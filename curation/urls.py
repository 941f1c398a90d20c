from django.urls import path, register_converter

from curation.revisions import atom, views
from curation.revisions.addresses import PlaceConverter
from curation.workflow import preview, reports

register_converter(PlaceConverter, "place")

app_name = "curation"
urlpatterns = [
    path("changes.atom", atom.changes, name="changes"),
    path("<place:place>/<slug:slug>/v/", views.HistoryView.as_view(), name="history"),
    path(
        "<place:place>/<slug:slug>/v/<int:number>/",
        views.VersionView.as_view(),
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
