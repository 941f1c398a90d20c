"""The pages of django-allauth that Thaw has use for, and no others.

Nobody signs up, and no page needs the site to send e-mail. The names are those that django-allauth
looks for.
"""

from __future__ import annotations

from allauth.account import views as account_views
from allauth.socialaccount import views as school
from allauth.socialaccount.providers.openid_connect import views as oidc
from django.urls import URLPattern, URLResolver, include, path
from django.views.generic import RedirectView

from accounts import views

urlpatterns: list[URLPattern | URLResolver] = [
    path("", RedirectView.as_view(pattern_name="mfa_index"), name="account"),
    path("login/", views.SignInView.as_view(), name="account_login"),
    path("logout/", account_views.logout, name="account_logout"),
    path("inactive/", account_views.account_inactive, name="account_inactive"),
    path("reauthenticate/", account_views.reauthenticate, name="account_reauthenticate"),
    path("password/", views.PasswordView.as_view(), name="account_change_password"),
    path("2fa/", include("allauth.mfa.urls")),
    path("sessions/", views.SessionsView.as_view(), name="usersessions_list"),
    path("sessions/<int:pk>/end/", views.end_session, name="usersessions_end"),
    # Without a school’s server in the settings, these are a 404.
    path("school/", views.school_account, name="socialaccount_connections"),
    path("school/cancelled/", school.login_cancelled, name="socialaccount_login_cancelled"),
    path("school/error/", school.login_error, name="socialaccount_login_error"),
    path("school/<slug:provider_id>/", oidc.login, name="openid_connect_login"),
    path("school/<slug:provider_id>/back/", oidc.callback, name="openid_connect_callback"),
]
