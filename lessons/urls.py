from django.urls import path

from lessons import views

app_name = "lessons"
urlpatterns = [
    path("glossary/", views.GlossaryView.as_view(), name="glossary"),
    path(
        "courses/<slug:course>/glossary/",
        views.GlossaryView.as_view(),
        name="glossary-in-course",
    ),
    path("glossary/<slug:slug>/", views.TermView.as_view(), name="term"),
    path("topics/<slug:slug>/check/", views.CheckView.as_view(), name="check"),
]
