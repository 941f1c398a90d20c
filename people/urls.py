from django.urls import path

from people import views, views_kinds

app_name = "people"
urlpatterns = [
    path("people/", views.PeopleView.as_view(), name="index"),
    path("courses/<slug:course>/people/", views.PeopleView.as_view(), name="index-in-course"),
    path("people/<slug:slug>/", views.PersonView.as_view(), name="person"),
    path("power/", views.PowerMapView.as_view(), name="power-map"),
    path("courses/<slug:course>/power/", views.PowerMapView.as_view(), name="power-map-in-course"),
    path(
        "kinds-of-power/<slug:slug>/",
        views_kinds.PowerBaseKindView.as_view(),
        name="power-base-kind",
    ),
    path("power/<slug:slug>/", views.PowerBaseView.as_view(), name="power-base"),
]
