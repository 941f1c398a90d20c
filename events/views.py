from django.views.generic import DetailView, ListView

from events.models import Course, Event, Topic


class HomeView(ListView):
    queryset = Course.objects.published()


class CourseView(DetailView):
    queryset = Course.objects.published()


class TopicView(DetailView):
    queryset = Topic.objects.published()


class EventView(DetailView):
    queryset = Event.objects.published()


class TimelineView(ListView):
    queryset = Event.objects.published()
