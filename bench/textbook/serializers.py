from __future__ import annotations

from typing import Any

from django.db import transaction
from rest_framework import serializers

from events.models import Event
from people.models import Person
from sources.models import Citation, Source


class PersonSerializer(serializers.ModelSerializer[Person]):
    class Meta:
        model = Person
        fields = ["slug", "name", "native_name", "epithet"]


class SourceSerializer(serializers.ModelSerializer[Source]):
    class Meta:
        model = Source
        fields = ["slug", "title", "author", "publisher", "kind", "url"]


class CitationSerializer(serializers.ModelSerializer[Citation]):
    work = SourceSerializer(source="source")

    class Meta:
        model = Citation
        fields = ["work", "locator", "stance"]


class EventSerializer(serializers.ModelSerializer[Event]):
    date = serializers.CharField(source="span")
    participants = PersonSerializer(many=True)
    citations = CitationSerializer(many=True)

    class Meta:
        model = Event
        fields = ["slug", "title", "date", "summary", "significance", "participants", "citations"]


class NewEventSerializer(serializers.ModelSerializer[Event]):
    """An event with people and a source, by their addresses."""

    participants: Any = serializers.SlugRelatedField(
        slug_field="slug", many=True, queryset=Person.objects.all()
    )
    source: Any = serializers.SlugRelatedField(
        slug_field="slug", queryset=Source.objects.all(), write_only=True
    )

    class Meta:
        model = Event
        fields = ["slug", "title", "span", "summary", "participants", "source"]

    def create(self, validated: dict[str, Any]) -> Event:
        participants, source = validated.pop("participants"), validated.pop("source")
        with transaction.atomic():
            event = Event.objects.create(**validated)
            event.participants.set(participants)
            Citation.objects.create(event=event, source=source, locator="chapter 1")
        return event
