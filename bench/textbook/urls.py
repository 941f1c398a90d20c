from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import path
from rest_framework import generics

from bench.textbook.serializers import EventSerializer, NewEventSerializer
from events.models import Event, Topic
from records.dates import day_number


def nothing(request: HttpRequest) -> HttpResponse:
    """What the framework and the server cost by themselves."""
    return HttpResponse(b"")


def topic(request: HttpRequest, slug: str) -> HttpResponse:
    found = get_object_or_404(Topic, slug=slug, status="published")
    entries = found.entries.filter(event__status="published").select_related("event")
    entries = entries.prefetch_related("event__participants", "event__citations__source")
    return render(request, "textbook/topic.html", {"topic": found, "entries": entries})


class Events(generics.ListCreateAPIView[Event]):
    def get_serializer_class(self) -> Any:
        return NewEventSerializer if self.request.method == "POST" else EventSerializer

    def get_queryset(self) -> Any:
        events = Event.objects.filter(status="published")
        if slug := self.request.GET.get("topic"):
            events = events.filter(topic_entries__topic__slug=slug)
        if year := self.request.GET.get("from"):
            events = events.filter(span_latest__gte=day_number(int(year), 1, 1))
        return events.prefetch_related("participants", "citations__source")


class OneEvent(generics.RetrieveAPIView[Event]):
    queryset = Event.objects.filter(status="published")
    serializer_class = EventSerializer
    lookup_field = "slug"


urlpatterns = [
    path("nothing/", nothing),
    path("topics/<slug:slug>/", topic),
    path("events/", Events.as_view()),
    path("events/<slug:slug>/", OneEvent.as_view()),
]
