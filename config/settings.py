"""Settings, all of them from the environment. The table is in docs/configuration.md."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from corsheaders.defaults import default_headers
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured

from config import environment
from config.serving import logs

BASE_DIR = Path(__file__).resolve().parent.parent

DEBUG = environment.flag(os.environ, "DEBUG", False)

# Known to everybody who reads this file, so only ever good for a developer's own machine.
DEVELOPMENT_KEY = "development-only-and-public"
SECRET_KEY = os.environ.get("SECRET_KEY", DEVELOPMENT_KEY if DEBUG else "")
ALLOWED_HOSTS = environment.words(
    os.environ, "ALLOWED_HOSTS", ["127.0.0.1", "localhost", "[::1]"] if DEBUG else []
)
if not DEBUG:
    if len(SECRET_KEY) < 50 or SECRET_KEY == DEVELOPMENT_KEY:
        raise ImproperlyConfigured(
            "SECRET_KEY is missing or shorter than 50 characters. Set it to a long random text, or "
            "set DEBUG=1 on a developer’s own machine."
        )
    if not ALLOWED_HOSTS or "*" in ALLOWED_HOSTS:
        raise ImproperlyConfigured(
            "ALLOWED_HOSTS must name the hosts that Thaw answers for, for example "
            "ALLOWED_HOSTS=thaw.example. A star is not accepted."
        )

INSTALLED_APPS = [
    # Before the admin, because admin pages ask for the kinds of record, which it has loaded.
    "records",
    "config.apps.ThawAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.sitemaps",
    "django.contrib.humanize",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "corsheaders",
    "csp",
    "rest_framework",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "sources",
    "curation",
    "people",
    "reforms",
    "events",
    "lessons",
    "study",
    # After those of django-allauth, whose own admin pages it takes away.
    "accounts",
    "workbench",
    "dashboard",
]

MIDDLEWARE = [
    "config.serving.patience.PatienceMiddleware",
    "config.serving.logs.RequestLogMiddleware",
    "config.serving.headers.PermissionsPolicyMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "config.serving.probes.ProbeMiddleware",
    "corsheaders.middleware.CorsMiddleware",
    "config.serving.front_cache.FrontCacheMiddleware",
    # Keeps what those below make: compressed, and with the policy of its own view.
    "config.serving.page_cache.PageCacheMiddleware",
    "csp.middleware.CSPMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.middleware.gzip.GZipMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "accounts.middleware.AccountMiddleware",
    "config.serving.unavailable.UnavailableMiddleware",
    # Last of all: it asks the view itself.
    "config.serving.replicas.ReplicaMiddleware",
]

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
ASGI_APPLICATION = "config.asgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "config.navigation.navigation",
            ],
            "builtins": ["records.templatetags.records"],
            "libraries": {"embed": "config.embed_tags"},
        },
    },
]

# No setting, which an error page would show with its password.
_database_url = os.environ.get("DATABASE_URL") or f"sqlite:///{BASE_DIR / 'thaw.sqlite3'}"
DATABASES = {
    "default": environment.database(_database_url),
    **environment.replicas(os.environ, "REPLICA_URLS", _database_url),
}
# Copies of the database, for those who only read (`config.serving.replicas`).
REPLICAS = [name for name in DATABASES if name != "default"]
# For how many seconds one that failed is left alone, so that one that hangs delays one request of a
# process in that time, and not each.
REPLICA_PAUSE = 5
if REPLICAS:
    DATABASE_ROUTERS = ["config.postgresql.replicas.ReplicaRouter"]
# How much memory each process may keep answers in; 0 keeps none.
PAGE_CACHE_BYTES = environment.whole_number(os.environ, "PAGE_CACHE_MB", 24) * 1024 * 1024
# For how many seconds a cache in front may show a page without asking; 0: it asks before each use.
SHARED_CACHE_SECONDS = environment.whole_number(os.environ, "SHARED_CACHE_SECONDS", 0)
# For how many seconds a request waits for one answer of PostgreSQL; 0 for as long as it takes.
# Twenty are what a writer of SQLite waits for another.
DATABASE_PATIENCE = environment.whole_number(os.environ, "DATABASE_PATIENCE", 20)
CACHES = {"default": environment.cache(os.environ.get("CACHE_URL") or "locmem://")}

PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS: list[dict[str, Any]] = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
]
AUTH_PASSWORD_VALIDATORS += [
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "accounts.passwords.StretchedPasswordValidator"},
]

LANGUAGE_CODE = "en-gb"
TIME_ZONE = os.environ.get("TIME_ZONE", "UTC")

# Whether a day before February 1918 that does not say its calendar is asked about: see
# `records.typed.dates`.
ASK_CALENDAR = environment.flag(os.environ, "ASK_CALENDAR", True)
USE_I18N = True
USE_TZ = True

STATIC_URL = "/static/"
STATIC_ROOT = BASE_DIR / "staticfiles"
STATICFILES_DIRS = [BASE_DIR / "static"]
# Uploaded pictures. They are sent by `records.pictures.views`, and by no server straight from here.
MEDIA_ROOT = os.environ.get("MEDIA_ROOT") or str(BASE_DIR / "media")
# The largest file that may be uploaded as one.
PICTURE_BYTES = environment.whole_number(os.environ, "PICTURE_MB", 10) * 1024 * 1024
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": (
            "django.contrib.staticfiles.storage.StaticFilesStorage"
            if DEBUG
            else "whitenoise.storage.CompressedManifestStaticFilesStorage"
        )
    },
}

DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# The public name of the site, used in canonical addresses, sitemaps and feeds when it is set.
SITE_URL = os.environ.get("SITE_URL", "").rstrip("/")

# For how many days a preview link shows a draft to somebody without an account.
PREVIEW_DAYS = environment.whole_number(os.environ, "PREVIEW_DAYS", 7)

# Where “manage.py backup” puts its files, and “manage.py doctor” looks for the newest.
BACKUP_DIR = os.environ.get("BACKUP_DIR", "")

CSRF_TRUSTED_ORIGINS = environment.words(os.environ, "CSRF_TRUSTED_ORIGINS", [])
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CSRF_FAILURE_VIEW = "accounts.views.form_not_accepted"
SESSION_COOKIE_HTTPONLY = True
# Each request to the desk begins the time anew (accounts.middleware); 0 for two weeks.
SESSION_COOKIE_AGE = (
    60 * environment.whole_number(os.environ, "SESSION_IDLE_MINUTES", 480) or 14 * 24 * 60 * 60
)
SECURE_SSL = environment.flag(os.environ, "SECURE_SSL", not DEBUG)
SECURE_SSL_REDIRECT = SECURE_SSL
# Probes come without https (see `config.serving.probes`).
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]
SESSION_COOKIE_SECURE = SECURE_SSL
CSRF_COOKIE_SECURE = SECURE_SSL
# Browsers keep to what they were told for that long, and a host that has no https by then cannot
# take it back (RFC 6797): so an hour, for this host alone, until somebody asks for more.
SECURE_HSTS_SECONDS = environment.whole_number(
    os.environ, "SECURE_HSTS_SECONDS", 3_600 if SECURE_SSL else 0
)
SECURE_HSTS_INCLUDE_SUBDOMAINS = environment.flag(
    os.environ, "SECURE_HSTS_INCLUDE_SUBDOMAINS", False
)
SECURE_HSTS_PRELOAD = environment.flag(os.environ, "SECURE_HSTS_PRELOAD", False)
# What the lists that browsers ship ask of a site (https://hstspreload.org).
if SECURE_HSTS_PRELOAD and not (
    SECURE_HSTS_INCLUDE_SUBDOMAINS and SECURE_HSTS_SECONDS >= 31_536_000
):
    raise ImproperlyConfigured(
        "SECURE_HSTS_PRELOAD asks browsers to ship this host in their lists, which takes a year "
        "and all subdomains. Set SECURE_HSTS_SECONDS=31536000 and "
        "SECURE_HSTS_INCLUDE_SUBDOMAINS=1 too, or leave SECURE_HSTS_PRELOAD out."
    )
# “check --deploy” would have every site include its subdomains and ask to be preloaded. Both reach
# beyond this host, so they are for its owner to ask for, and no fault of a site that does not.
SILENCED_SYSTEM_CHECKS = ["security.W005", "security.W021"]
BEHIND_PROXY = environment.flag(os.environ, "BEHIND_PROXY", False)
if BEHIND_PROXY:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "object-src": [NONE],
        "base-uri": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    }
}

# --- accounts: docs/accounts.md ---------------------------------------------------------------

AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "admin:index"
LOGOUT_REDIRECT_URL = "account_login"
ACCOUNT_ADAPTER = "accounts.adapters.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
# A session ends by its idle time-out, not with the window.
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_REAUTHENTICATION_METHODS = ("password", "mfa")
# Tries of a password are counted by accounts.tries.
ACCOUNT_RATE_LIMITS = {"login": None, "login_failed": "5/5m/key"}
MFA_ADAPTER = "accounts.adapters.FactorAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_TOTP_ISSUER = "Thaw"
# Clocks of telephones are a little off.
MFA_TOTP_TOLERANCE = 1
MFA_ALLOW_UNVERIFIED_EMAIL = True
# Browsers take passkeys on https only, and on http://localhost for trying them.
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = DEBUG

# How many wrong passwords in five minutes: for one name from one network, and from one network.
SIGN_IN_LIMITS = {
    "name": environment.whole_number(os.environ, "SIGN_IN_NAME_LIMIT", 5),
    "network": environment.whole_number(os.environ, "SIGN_IN_NETWORK_LIMIT", 30),
}
SECOND_FACTOR = environment.choice(os.environ, "SECOND_FACTOR", ("optional", "publishers", "staff"))

# A school's own sign-in, where it is named.
OIDC_SERVER_URL = os.environ.get("OIDC_SERVER_URL", "").rstrip("/")
OIDC_MATCH = environment.flag(os.environ, "OIDC_MATCH", False)
SOCIALACCOUNT_ADAPTER = "accounts.adapters.SchoolAdapter"
SOCIALACCOUNT_EMAIL_VERIFICATION = "none"
SOCIALACCOUNT_STORE_TOKENS = False
# Joining a school account to one’s own asks for the password: it is a second key to the door.
SOCIALACCOUNT_REAUTHENTICATION_REQUIRED = True
SOCIALACCOUNT_PROVIDERS = environment.openid_connect(
    OIDC_SERVER_URL,
    os.environ.get("OIDC_CLIENT_ID", ""),
    os.environ.get("OIDC_CLIENT_SECRET", ""),
    os.environ.get("OIDC_NAME", "") or "school account",
)
if OIDC_SERVER_URL:
    # Browsers hold a form to the policy on its way through redirects, too.
    CONTENT_SECURITY_POLICY["DIRECTIVES"]["form-action"].append(
        environment.origin_of(OIDC_SERVER_URL)
    )

# Which sites may show the pages under /embed/ in a frame; no other page may be framed at all.
EMBED_ORIGINS = environment.origins(os.environ, "EMBED_ORIGINS", ["https:"])

CORS_ALLOW_ALL_ORIGINS = True
CORS_URLS_REGEX = r"^/(api/|oembed$)"
CORS_ALLOW_METHODS = ["GET", "HEAD", "OPTIONS"]
# What a script of another site needs to page and to ask again only for what changed.
CORS_ALLOW_HEADERS = [
    *default_headers,
    "if-match",
    "if-modified-since",
    "if-none-match",
    "if-unmodified-since",
]
CORS_EXPOSE_HEADERS = [
    "ETag",
    "Last-Modified",
    "Link",
    "RateLimit",
    "RateLimit-Policy",
    "Retry-After",
    "X-Request-ID",
]

# How many requests to the API are answered in a minute; 0 for any number.
API_LIMITS = {
    "address": environment.whole_number(os.environ, "API_ADDRESS_LIMIT", 1200),
    "token": environment.whole_number(os.environ, "API_TOKEN_LIMIT", 6000),
}

from config.api_settings import REST_FRAMEWORK, SPECTACULAR_SETTINGS  # noqa: E402, F401

DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
# A course of a few hundred rows edited on one page has thousands of fields.
DATA_UPLOAD_MAX_NUMBER_FIELDS = 10_000

LOGGING = logs.settings(
    os.environ.get("LOG_LEVEL", "INFO"),
    environment.one_of(os.environ, "LOG_FORMAT", ("text", "json")) == "json",
)
