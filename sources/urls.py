from django.urls import path

from sources import views

app_name = "sources"
urlpatterns = [
    path("sources/", views.SourcesView.as_view(), name="index"),
    path("courses/<slug:course>/sources/", views.SourcesView.as_view(), name="index-in-course"),
    path("sources/<slug:slug>/", views.SourceView.as_view(), name="source"),
]
