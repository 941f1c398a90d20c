from django.urls import path

from study.search import views

app_name = "study"
urlpatterns = [
    path("search/", views.SearchView.as_view(), name="search"),
    path("search/suggestions/", views.suggestions, name="suggestions"),
]
