from django.urls import path

from events import views
from events.timeline_page import TimelineView

app_name = "events"
urlpatterns = [
    path("", views.HomeView.as_view(), name="home"),
    path("courses/<slug:slug>/", views.CourseView.as_view(), name="course"),
    path("topics/<slug:slug>/", views.TopicView.as_view(), name="topic"),
    path("events/<slug:slug>/", views.EventView.as_view(), name="event"),
    path("timeline/", TimelineView.as_view(), name="timeline"),
]
