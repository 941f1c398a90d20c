from django.contrib.admin import AdminSite


class ThawAdminSite(AdminSite):
    site_header = "Thaw"
    site_title = "Thaw"
    index_title = "The teachers’ desk"
