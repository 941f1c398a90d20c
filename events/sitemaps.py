from events.models import Course, Event, Topic
from records.sitemaps import RecordSitemap


class CourseSitemap(RecordSitemap):
    model = Course


class TopicSitemap(RecordSitemap):
    model = Topic


class EventSitemap(RecordSitemap):
    model = Event
