from django.urls import path

from reforms import downloads, views

app_name = "reforms"
urlpatterns = [
    path("reforms/", views.ReformsView.as_view(), name="index"),
    path("courses/<slug:course>/reforms/", views.ReformsView.as_view(), name="index-in-course"),
    path("reforms/<slug:slug>/", views.ReformView.as_view(), name="reform"),
    path("statistics/", views.StatisticsView.as_view(), name="statistics"),
    path(
        "courses/<slug:course>/statistics/",
        views.StatisticsView.as_view(),
        name="statistics-in-course",
    ),
    path("statistics/<slug:slug>.csv", downloads.MeasureTableView.as_view(), name="measure-table"),
    path("statistics/<slug:slug>/", views.MeasureView.as_view(), name="measure"),
]
