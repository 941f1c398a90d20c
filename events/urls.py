from django.urls import path

from events import views
from events.timeline.page import TimelineView

app_name = "events"
urlpatterns = [
    path("", views.HomeView.as_view(), name="home"),
    path("courses/<slug:slug>/", views.CourseView.as_view(), name="course"),
    path("topics/<slug:slug>/", views.TopicView.as_view(), name="topic"),
    path("topics/<slug:slug>/evidence.txt", views.TakeAwayView.as_view(), name="take-away"),
    path("events/<slug:slug>/", views.EventView.as_view(), name="event"),
    path("courses/<slug:course>/timeline/", TimelineView.as_view(), name="timeline-in-course"),
    path("timeline/", TimelineView.as_view(), name="timeline"),
]
