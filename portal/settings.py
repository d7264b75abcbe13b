"""The only settings module. What differs between machines comes from the environment.

`.env.example` lists every variable; `.env` is read when it exists. A missing or wrong value stops
the start with its name and the remedy.
"""

from pathlib import Path
from urllib.parse import urlsplit

import environ
from csp.constants import NONCE, NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _

BASE_DIR = Path(__file__).resolve().parent.parent

env = environ.Env()
env.read_env(BASE_DIR / ".env")


def _whole_number(name: str, default: int) -> int:
    """A setting that counts something; ImproperlyConfigured names it when it does not."""
    try:
        return env.int(name, default=default)
    except ValueError:
        raise ImproperlyConfigured(
            f"{name} is {env.str(name)!r}. Set it to a whole number, such as {default}."
        ) from None


# --- what differs between machines ------------------------------------------------------------

SECRET_KEY = env.str("SECRET_KEY", default="")
if not SECRET_KEY:
    raise ImproperlyConfigured(
        "SECRET_KEY is missing. Run `./run --prepare`, which writes .env, or set SECRET_KEY to a "
        "long random text in the environment."
    )
DEBUG = env.bool("DEBUG", default=False)
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["127.0.0.1", "localhost"])
PUBLIC_URL = env.str("PUBLIC_URL", default="http://127.0.0.1:8000").rstrip("/")
DATA_DIR = (BASE_DIR / env.str("DATA_DIR", default="var")).resolve()
# It holds what people have written: nobody else with an account on the machine reads it.
DATA_DIR.mkdir(mode=0o700, parents=True, exist_ok=True)
SITE_OWNER = env.str("SITE_OWNER", default="Fellesetaten")
# Other ways to reach the desk, told on "Slik betjener vi deg"; left out there when empty.
DESK_EMAIL = env.str("DESK_EMAIL", default="")
DESK_PHONE = env.str("DESK_PHONE", default="")
ATTACHMENT_MAX_MB = _whole_number("ATTACHMENT_MAX_MB", default=15)
ATTACHMENT_MAX_COUNT = _whole_number("ATTACHMENT_MAX_COUNT", default=10)
# Sites of the owner: links to them are not held back. Subdomains count.
COMMUNITY_OWN_HOSTS = env.list("COMMUNITY_OWN_HOSTS", default=[])
# How many of somebody's first posts a moderator looks at before others see them.
COMMUNITY_HOLD_FIRST_POSTS = _whole_number("COMMUNITY_HOLD_FIRST_POSTS", default=0)
SEARCH_INDEX_DIR = DATA_DIR / "search-index"
# "embedded" searches in SEARCH_INDEX_DIR; "elasticsearch" on a server, with that folder beside it.
SEARCH_ENGINE = env.str("SEARCH_ENGINE", default="embedded").strip().lower()
ELASTICSEARCH_URL = env.str("ELASTICSEARCH_URL", default="")
ELASTICSEARCH_CA_FILE = env.str("ELASTICSEARCH_CA_FILE", default="")
ELASTICSEARCH_NAME = env.str("ELASTICSEARCH_NAME", default="veiviser")
if SEARCH_ENGINE not in ("embedded", "elasticsearch"):
    raise ImproperlyConfigured(
        f"SEARCH_ENGINE is {SEARCH_ENGINE!r}. Set it to embedded or elasticsearch."
    )
if SEARCH_ENGINE == "elasticsearch" and not ELASTICSEARCH_URL:
    raise ImproperlyConfigured(
        "SEARCH_ENGINE is elasticsearch. Set ELASTICSEARCH_URL to https://USER:PASSWORD@HOST:9200."
    )
CLASSIFIER_DIR = DATA_DIR / "classifier"


def _database(url: str) -> dict:
    """Django's database settings for an address, with what SQLite needs to serve many."""
    if url.startswith("sqlite:///") and not url.startswith("sqlite:////"):
        name = url.removeprefix("sqlite:///")
        url = url if name == ":memory:" else f"sqlite:///{BASE_DIR / name}"
    config = environ.Env.db_url_config(url)
    if "ENGINE" not in config:
        raise ImproperlyConfigured(
            f"DATABASE_URL begins with {url[:12]!r}. Set it to sqlite:///FILE or to "
            "postgres://USER:PASSWORD@HOST:5432/NAME."
        )
    if config["ENGINE"].endswith("sqlite3"):
        config["OPTIONS"] = {
            "transaction_mode": "IMMEDIATE",
            "timeout": 20,
            "init_command": (
                "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA foreign_keys=ON; "
                "PRAGMA cache_size=-32000; PRAGMA mmap_size=268435456;"
            ),
        }
    else:
        config["CONN_MAX_AGE"] = 60
        config["CONN_HEALTH_CHECKS"] = True
    return config


DATABASES = {
    "default": _database(env.str("DATABASE_URL", default="sqlite:///var/veiviser.sqlite3"))
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# --- the applications --------------------------------------------------------------------------

INSTALLED_APPS = [
    "portal",
    "portal.limiting",
    "portal.selfservice",
    "portal.cases",
    "portal.demo",
    "portal.desk",
    "portal.insight",
    "portal.evaluation",
    "portal.oversight",
    "portal.community",
    "portal.bridges",
    "portal.following",
    "portal.moderation",
    "portal.account",
    "portal.operations",
    "portal.rules",
    "cms.guidance",
    "cms.community",
    "cms.search_tools",
    "triage.sla",
    "triage.tickets",
    "triage.intake",
    "triage.classifier",
    "triage.suggestions",
    "triage.experiments",
    "triage.oversight",
    "triage.reporting",
    "triage.connectors",
    "search",
    "taxonomy",
    "accounts",
    "dispatch",
    "wagtail.contrib.settings",
    "wagtail.contrib.typed_table_block",
    "wagtail.embeds",
    "wagtail.sites",
    "wagtail.users",
    "wagtail.snippets",
    "wagtail.documents",
    "wagtail.images",
    "wagtail.search",
    "wagtail.admin",
    "wagtail",
    "modelcluster",
    "taggit",
    "allauth",
    "allauth.account",
    "django_tasks",
    "django_tasks_db",
    "django_htmx",
    "csp",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.humanize",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.forms",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "portal.csp.AdminNonceMiddleware",
    "django_permissions_policy.PermissionsPolicyMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "portal.language.LanguageMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
]

ROOT_URLCONF = "portal.urls"
WSGI_APPLICATION = "portal.wsgi.application"
FORM_RENDERER = "portal.forms.DesignRenderer"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "portal" / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "portal.context.site",
            ],
            "builtins": ["portal.templatetags.design"],
        },
    }
]

# --- people and sign-in ------------------------------------------------------------------------

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "home"
ACCOUNT_ADAPTER = "accounts.adapter.AccountAdapter"
ACCOUNT_SIGNUP_FORM_CLASS = "accounts.forms.SignUpForm"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_SESSION_REMEMBER = None
ACCOUNT_LOGIN_ON_PASSWORD_RESET = False
ACCOUNT_CONFIRM_EMAIL_ON_GET = False
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_RATE_LIMITS = {"login_failed": "10/m/ip,5/5m/key", "signup": "20/m/ip"}
ALLAUTH_TRUSTED_PROXY_COUNT = _whole_number("TRUSTED_PROXY_COUNT", default=0)

# --- languages and time ------------------------------------------------------------------------

LANGUAGE_CODE = "nb"
LANGUAGES = [("nb", _("Bokmål")), ("nn", _("Nynorsk")), ("en", _("English"))]
LANGUAGE_COOKIE_NAME = "language"
LANGUAGE_COOKIE_SAMESITE = "Lax"
LANGUAGE_COOKIE_AGE = 365 * 24 * 3600
LOCALE_PATHS = [
    BASE_DIR / "portal" / "locale",
    BASE_DIR / "cms" / "locale",
    BASE_DIR / "cms" / "wagtail_words" / "locale",
]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "Europe/Oslo"
FORMAT_MODULE_PATH = ["portal.formats"]

# --- files ------------------------------------------------------------------------------------

STATIC_URL = "/static/"
STATIC_ROOT = DATA_DIR / "static"
MEDIA_URL = "/media/"
MEDIA_ROOT = DATA_DIR / "media"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "attachments": {
        # Outside MEDIA_ROOT: attachments have no address of their own, only a checked view.
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        # Others with an account on the machine do not read them either.
        "OPTIONS": {
            "location": DATA_DIR / "attachments",
            "file_permissions_mode": 0o600,
            "directory_permissions_mode": 0o700,
        },
    },
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
FILE_UPLOAD_HANDLERS = [
    "portal.uploads.WholeBodyLimit",
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "django.core.files.uploadhandler.TemporaryFileUploadHandler",
]
DATA_UPLOAD_MAX_NUMBER_FILES = ATTACHMENT_MAX_COUNT + 5

# --- background work and cache -----------------------------------------------------------------

TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend", "QUEUES": ["default"]}}
TASK_LEASE_SECONDS = _whole_number("TASK_LEASE_SECONDS", default=300)
MAIL_KEEP_DAYS = _whole_number("MAIL_KEEP_DAYS", default=90)
CRM_KEEP_DAYS = _whole_number("CRM_KEEP_DAYS", default=90)
# Shared between processes, so that limits hold; no server to run.
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "cache_entries",
        # Room for the counters of many visitors: what does not fit is thrown out, limits with it.
        "OPTIONS": {"MAX_ENTRIES": 20_000},
    }
}

# --- mail ----------------------------------------------------------------------------------------

EMAIL_URL = env.str("EMAIL_URL", default="consolemail://")
try:
    vars().update(env.email_url_config(EMAIL_URL))
except (KeyError, ImproperlyConfigured):
    raise ImproperlyConfigured(
        "EMAIL_URL has no mail server we know. Set it to consolemail://, smtp://HOST:25, "
        "smtp+tls://USER:PASSWORD@HOST:587 or smtp+ssl://USER:PASSWORD@HOST:465."
    ) from None
# With no server set, mails are kept on the administrators' page and sent nowhere.
MAIL_IS_SENT = not EMAIL_URL.startswith("consolemail")
if not MAIL_IS_SENT:
    EMAIL_BACKEND = "django.core.mail.backends.dummy.EmailBackend"
EMAIL_TIMEOUT = 20
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", default="Veiviser <ikke-svar@veiviser.example>")
SERVER_EMAIL = DEFAULT_FROM_EMAIL

# --- security ------------------------------------------------------------------------------------

_public = urlsplit(PUBLIC_URL)
SECURE_TRANSPORT = _public.scheme == "https"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = SECURE_TRANSPORT
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = 14 * 24 * 3600
SECURE_HSTS_SECONDS = 365 * 24 * 3600 if SECURE_TRANSPORT else 0
SECURE_SSL_REDIRECT = False
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if SECURE_TRANSPORT else None
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
CSRF_TRUSTED_ORIGINS = [PUBLIC_URL] if SECURE_TRANSPORT else []
CSRF_FAILURE_VIEW = "portal.errors.csrf_failure"
X_FRAME_OPTIONS = "SAMEORIGIN"  # Wagtail shows the page being edited in a frame of the same site
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "script-src": [SELF, NONCE],
        "style-src": [SELF],
        "img-src": [SELF, "data:", "blob:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "object-src": [NONE],
        "base-uri": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [SELF],
    }
}
PERMISSIONS_POLICY = {
    name: [] for name in ("camera", "geolocation", "microphone", "payment", "usb", "midi")
}

# --- Wagtail -----------------------------------------------------------------------------------

WAGTAIL_SITE_NAME = "Veiviser"
WAGTAILADMIN_BASE_URL = PUBLIC_URL
WAGTAILADMIN_LOGIN_URL = "editors_door"
WAGTAIL_FRONTEND_LOGIN_URL = "/konto/login/"
WAGTAIL_GRAVATAR_PROVIDER_URL = None
WAGTAIL_ENABLE_UPDATE_CHECK = False
WAGTAIL_ENABLE_WHATS_NEW_BANNER = False
WAGTAIL_USER_TIME_ZONES = [TIME_ZONE]
WAGTAIL_DATE_FORMAT = "%d.%m.%Y"  # what the date picker understands when it is typed
WAGTAIL_DATETIME_FORMAT = "%d.%m.%Y %H:%M"
WAGTAIL_PRIVATE_PAGE_OPTIONS = {"SHARED_PASSWORD": False}  # those who may read have their own
WAGTAIL_I18N_ENABLED = False
WAGTAIL_CONTENT_LANGUAGES = LANGUAGES
WAGTAILADMIN_PERMITTED_LANGUAGES = [("nb", "Norsk"), ("en", "English")]
WAGTAILSEARCH_BACKENDS = {"default": {"BACKEND": "wagtail.search.backends.database"}}
WAGTAIL_WORKFLOW_REQUIRE_REAPPROVAL_ON_EDIT = True
WAGTAIL_FINISH_WORKFLOW_ACTION = "cms.guidance.finishing.publish_approved"
WAGTAIL_ALLOW_UNICODE_SLUGS = False
WAGTAILEMBEDS_FINDERS: list[dict] = []
WAGTAIL_PASSWORD_MANAGEMENT_ENABLED = False
WAGTAIL_PASSWORD_RESET_ENABLED = False
WAGTAIL_EMAIL_MANAGEMENT_ENABLED = False

# --- logs --------------------------------------------------------------------------------------

LOG_FORMAT = env.str("LOG_FORMAT", default="text")
LOG_LEVEL = env.str("LOG_LEVEL", default="INFO")
LOGGING_CONFIG = "portal.logs.configure"
LOGGING = {"format": LOG_FORMAT, "level": LOG_LEVEL}
