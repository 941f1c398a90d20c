from django.views.generic import DetailView, ListView

from reforms.models import Measure, Reform


class ReformsView(ListView):
    queryset = Reform.objects.published()


class ReformView(DetailView):
    queryset = Reform.objects.published()


class StatisticsView(ListView):
    queryset = Measure.objects.published()


class MeasureView(DetailView):
    queryset = Measure.objects.published()
