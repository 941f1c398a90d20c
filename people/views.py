from django.views.generic import DetailView, ListView

from people.models import Person, PowerBase, Tenure


class PeopleView(ListView):
    queryset = Person.objects.published()


class PersonView(DetailView):
    queryset = Person.objects.published()


class PowerMapView(ListView):
    queryset = Tenure.objects.published()


class PowerBaseView(DetailView):
    queryset = PowerBase.objects.published()
