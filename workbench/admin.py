"""The workbench in the admin: notes read in, worked on topic by topic, published and taken back."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import path, reverse

from curation.permissions import may, may_publish
from events.models import Event, Topic
from records.admin.base import KEPT, admin_url
from workbench.bench import MOST, save_pieces, save_topic
from workbench.forms import NotesForm
from workbench.importing import ReadAlready, new_course, read_in
from workbench.models import NotesItem, NotesPage
from workbench.page import bench_of
from workbench.readiness import names, publish_ready
from workbench.undoing import plan, take_back
from workbench.writing import NotWritten


@admin.register(NotesPage)
class NotesPageAdmin(admin.ModelAdmin):
    """Pages of notes: whoever may write drafts reads them in and works on them."""

    list_display = ("title", "course", "made_at", "by", "state")
    list_select_related = ("course", "by")
    search_fields = ("title", "file_name")
    ordering = ("-made_at", "-id")

    @admin.display(description="State")
    def state(self, page: NotesPage) -> str:
        return "Taken back" if page.taken_back_at else "On the workbench"

    # --- who may what --------------------------------------------------------------------------

    def _writes(self, request: HttpRequest) -> bool:
        return may(request.user, "add", Event) and may(request.user, "change", Topic)

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self._writes(request)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self._writes(request)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return self._writes(request)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self._writes(request)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """A page on the workbench is taken back first, which deletes what it made."""
        return bool(obj and obj.taken_back_at and may_publish(request.user, Topic))

    def get_actions(self, request: HttpRequest) -> dict[str, Any]:
        return {}

    def get_urls(self) -> list[Any]:
        back = path(
            "<path:object_id>/take-back/",
            self.admin_site.admin_view(self.take_back_view),
            name="workbench_notespage_take_back",
        )
        return [back, *super().get_urls()]

    # --- pages ---------------------------------------------------------------------------------

    def _show(self, request: HttpRequest, template: str, title: str, **more: Any) -> HttpResponse:
        context = {**self.admin_site.each_context(request), "opts": self.opts, "title": title}
        return render(request, f"admin/workbench/{template}.html", {**context, **more})

    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        """Read notes in."""
        if not self._writes(request):
            raise PermissionDenied
        form = NotesForm(request.POST or None, request.FILES or None)
        if request.method == "POST" and form.is_valid():
            page = self._read_in(request, form)
            if page is not None:
                return HttpResponseRedirect(admin_url(page))
        return self._show(request, "read_in", "Read notes in", form=form, media=form.media)

    def _read_in(self, request: HttpRequest, form: NotesForm) -> NotesPage | None:
        data = form.cleaned_data
        try:
            with transaction.atomic():
                course = data["course"] or new_course(data["new_course"], by=request.user)
                file = data.get("file")
                page = read_in(
                    data["notes"],
                    course,
                    title=data["title"],
                    by=request.user,
                    file_name=file.name if file else "",
                )
        except ReadAlready as error:
            messages.warning(request, str(error))
            return error.page
        except NotWritten as error:
            for box, words in error.problems.items():
                form.add_error(box if box in form.fields else None, words)
            return None
        made = page.records.filter(made=True).count()
        said = f"Read “{page}”: {made} drafts were made. Readers see none yet."
        messages.success(request, said, extra_tags=KEPT)
        return page

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        """The workbench of a topic, `?topic=` (its number) and `?part=` for long ones."""
        if not self._writes(request):
            raise PermissionDenied
        page = get_object_or_404(
            NotesPage.objects.select_related("course", "source"), pk=_number(unquote(object_id))
        )
        topics = page.topics()
        asked = _number(request.GET.get("topic", ""))
        topic = next((one for one in topics if one.pk == asked), topics[0] if topics else None)
        if page.taken_back_at or topic is None:
            return self._show(request, "taken_back", str(page), page=page, original=page)
        items = page.items.filter(topic=topic).prefetch_related("records").order_by("order", "id")
        part = Paginator(items, MOST).get_page(request.GET.get("part"))
        here = f"{admin_url(page)}?topic={topic.pk}&part={part.number}"
        problems: dict[str, str] = {}
        if request.method == "POST":
            with transaction.atomic():
                # One after the other: whoever comes second sees what the first has written.
                NotesPage.objects.select_for_update().get(pk=page.pk)
                problems = save_topic(page, topic, request.POST, by=request.user)
                said = save_pieces(page, topic, [*part], request.POST, by=request.user)
            for words in said:
                messages.error(request, words)
            if not problems:
                self._say(request, page, topic)
                return HttpResponseRedirect(here)
        context = bench_of(page, topic, part, request.POST if problems else None, problems)
        return self._show(
            request,
            "bench",
            str(page),
            original=page,
            topics=topics,
            here=here,
            publishes=may_publish(request.user, Topic),
            **context,
        )

    def _say(self, request: HttpRequest, page: NotesPage, topic: Topic) -> None:
        """Publish if that was asked for, and say by name what readers see now and what not."""
        publishes = "publish" in request.POST
        drafts = "" if publishes else " Drafts stay drafts."
        # As of a record that was saved: the device need not keep what was typed any more.
        messages.success(request, f"Kept the pieces of “{topic}”.{drafts}", extra_tags=KEPT)
        if not publishes:
            return
        page.refresh_from_db()
        topic.refresh_from_db()
        outcome = publish_ready(page, topic, by=request.user)
        if outcome.seen:
            messages.success(request, f"Readers see now: {names(outcome.seen)}.")
        if outcome.sent:
            messages.info(request, f"An editor publishes these: {names(outcome.sent)}.")
        for record, why in outcome.waits:
            noun = record._meta.verbose_name
            messages.warning(request, f"Readers do not see the {noun} “{record}” yet. {why}")
        if not (outcome.seen or outcome.sent or outcome.waits):
            messages.info(request, "Readers see every draft of this topic already.")
        undecided = [
            item
            for item in page.items.filter(topic=topic)
            if item.problems or item.becomes == NotesItem.Becomes.LATER
        ]
        if undecided:
            many = f"{len(undecided)} pieces are" if len(undecided) > 1 else "One piece is"
            messages.info(request, f"{many} no record yet, and open below.")

    def take_back_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Show what would go and what stays, and take the notes back on a second touch."""
        page = get_object_or_404(NotesPage, pk=_number(unquote(object_id)))
        if not self._writes(request):
            raise PermissionDenied
        planned = plan(page, request.user)
        if request.method == "POST" and not page.taken_back_at:
            with_changed = "with_changed" in request.POST
            done = take_back(page, by=request.user, with_changed=with_changed)
            messages.success(
                request,
                f"The notes “{page}” were taken back: {len(done.goes)} drafts were deleted. Each "
                "can be brought back from its history.",
            )
            for record, why in done.stays:
                messages.warning(request, f"“{record}” stays. {why}")
            return HttpResponseRedirect(reverse("admin:workbench_notespage_changelist"))
        return self._show(
            request, "take_back", "Take the notes back", original=page, page=page, planned=planned
        )


def _number(text: str) -> int:
    """A number of a row in an address; 0, which no row has, for anything else."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 19 else 0
