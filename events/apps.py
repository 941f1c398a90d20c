from django.apps import AppConfig


class EventsConfig(AppConfig):
    default_auto_field = "django.db.models.BigAutoField"
    name = "events"

    def ready(self) -> None:
        from events.course_years import course_years
        from records.typed.dates import tell_years

        tell_years(course_years)
