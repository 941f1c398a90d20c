from django.views.generic import DetailView, ListView

from sources.models import Source


class SourcesView(ListView):
    queryset = Source.objects.published()


class SourceView(DetailView):
    queryset = Source.objects.published()
