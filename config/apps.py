from django.contrib.admin.apps import AdminConfig


class ThawAdminConfig(AdminConfig):
    default_site = "config.admin.ThawAdminSite"
