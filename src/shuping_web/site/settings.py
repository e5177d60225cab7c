"""Settings, from the environment. No secret has a default: the site refuses to start and says what to set."""

from __future__ import annotations

import os
from datetime import timedelta
from pathlib import Path

from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured

from shuping_web.site import mail
from shuping_web.site.database import settings_of

HERE = Path(__file__).resolve().parent


def needed(name: str, what: tuple[str, str]) -> str:
    """Return a variable that must be set (``what``: how, zh and en). Raises ImproperlyConfigured saying how."""
    value = os.environ.get(name, "")
    if not value:
        raise ImproperlyConfigured(f"{name} 没有设置：{what[0]} / {name} is not set: {what[1]}")
    return value


def number(name: str, usual: int) -> int:
    """Return a variable that is a whole number from 1 to 1000. Raises ImproperlyConfigured saying so."""
    given = os.environ.get(name, "") or str(usual)
    if not (given.isascii() and given.isdigit() and 1 <= int(given[:5]) <= 1000):
        raise ImproperlyConfigured(
            f"{name} 应为 1 至 1000 的整数，现为 {given} / {name} must be a whole number from 1 to 1000, given: {given}"
        )
    return int(given)


DATA = Path(
    needed("SHUPING_DATA", ("写明数据目录，例如 /srv/shuping", "the folder for the site's data, such as /srv/shuping"))
)
SECRET_KEY = needed(
    "SHUPING_SECRET_KEY",
    ("至少 50 个随机字符；shuping serve 会自动生成", "at least 50 random characters; `shuping serve` makes one"),
)
DEBUG = False
ALLOWED_HOSTS = [host for host in os.environ.get("SHUPING_HOSTS", "localhost,127.0.0.1,[::1]").split(",") if host]
SECURE = os.environ.get("SHUPING_HTTPS", "") == "1"
CSRF_TRUSTED_ORIGINS = [f"https://{host}" for host in ALLOWED_HOSTS] if SECURE else []

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "csp",
    "shuping_web.ledger.apps.LedgerConfig",
    "shuping_web.people.apps.PeopleConfig",
    "axes",
    "shuping_web.sign_in.apps.SignInConfig",
    "shuping_web.notices.apps.NoticesConfig",
    "shuping_web.cycles.apps.CyclesConfig",
    "shuping_web.evidence.apps.EvidenceConfig",
    "shuping_web.filing.apps.FilingConfig",
    "shuping_web.claims.apps.ClaimsConfig",
    "shuping_web.checking.apps.CheckingConfig",
    "shuping_web.reminding.apps.RemindingConfig",
    "shuping_web.folders.apps.FoldersConfig",
    "shuping_web.results.apps.ResultsConfig",
    "shuping_web.history.apps.HistoryConfig",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "shuping_web.site.middleware.no_nul",
    "shuping_web.sign_in.middleware.SignInRequired",
    "shuping_web.people.middleware.asked_once",
    "shuping_web.cycles.middleware.chosen_cycle",
    "django.contrib.messages.middleware.MessageMiddleware",
    "shuping_web.sign_in.middleware.typed_again",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "axes.middleware.AxesMiddleware",
]
ROOT_URLCONF = "shuping_web.site.urls"
WSGI_APPLICATION = "shuping_web.site.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [HERE / "templates"],
        "APP_DIRS": False,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "shuping_web.site.context.page",
            ]
        },
    }
]
EVIDENCE_FOLDER = DATA / "evidence"  # beside the database: what is saved of one is saved of the other
EVIDENCE_BYTES = number("SHUPING_EVIDENCE_MB", 10) * 1_000_000  # of one file
EVIDENCE_PAGES = number("SHUPING_EVIDENCE_PAGES", 10)  # of one PDF
DATABASES = {"default": settings_of(os.environ.get("DATABASE_URL", ""), DATA)}
MAIL = mail.settings_of(os.environ.get("EMAIL_URL", ""), os.environ.get("SHUPING_MAIL_FROM", ""))
MAIL_ON, EMAIL_BACKEND, EMAIL_TIMEOUT = MAIL.on, MAIL.backend, mail.SECONDS
DEFAULT_FROM_EMAIL = SERVER_EMAIL = MAIL.sender
EMAIL_HOST, EMAIL_PORT, EMAIL_HOST_USER, EMAIL_HOST_PASSWORD = MAIL.host, MAIL.port, MAIL.user, MAIL.password
EMAIL_USE_SSL, EMAIL_USE_TLS, EMAIL_FILE_PATH = MAIL.ssl, MAIL.starttls, MAIL.folder or None
ADDRESS = os.environ.get("SHUPING_ADDRESS", "").rstrip("/")  # of the site, for links in mails
AUTH_USER_MODEL = "people.Account"
AUTHENTICATION_BACKENDS = ["axes.backends.AxesStandaloneBackend", "django.contrib.auth.backends.ModelBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ("username", "name", "email")},
    },
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
AXES_FAILURE_LIMIT = 5  # for one user name from one address, of the password and of codes together
AXES_COOLOFF_TIME = timedelta(minutes=15)
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]  # not the address alone: an office shares one
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False
AXES_RESET_ON_SUCCESS = True
AXES_LOCKOUT_CALLABLE = "shuping_web.sign_in.locking.locked_page"
AXES_CLIENT_IP_CALLABLE = "shuping_web.sign_in.locking.address_of"
AXES_DISABLE_ACCESS_LOG = True  # who signed in is in the ledger, without the address
AXES_ENABLE_ADMIN = AXES_VERBOSE = False
AXES_SENSITIVE_PARAMETERS = [  # what is typed beside a user name never reaches a table or a log
    *("username", "ip_address", "csrfmiddlewaretoken", "next", "code", "old", "new", "again"),
]
SECOND_FACTOR_ROLES = [  # by default where the site is open to others, not on one's own machine
    role
    for role in os.environ.get(
        "SHUPING_SECOND_FACTOR", "office,administrator,security,auditor" if SECURE else ""
    ).split(",")
    if role
]
SLIP_DAYS = 7  # of slips and invitations, unless the administrator says otherwise
CSRF_FAILURE_VIEW = "shuping_web.sign_in.locking.stale_page"
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {"no_tokens": {"()": "shuping_web.sign_in.log_filter.NoTokens"}},
    "loggers": {
        name: {"filters": ["no_tokens"]} for name in ("django.request", "django.security.csrf", "django.server")
    },
}
LOGIN_URL = "sign-in"
LOGIN_REDIRECT_URL = "home"
LOGOUT_REDIRECT_URL = "sign-in"
LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", "简体中文"), ("en", "English")]
LOCALE_PATHS = [HERE / "locale"]
TIME_ZONE = os.environ.get("SHUPING_TIME_ZONE", "Asia/Shanghai")
USE_TZ = True
STATIC_URL = "static/"
STATIC_ROOT = HERE / "static"  # what the site needs lies in the package: nothing is collected
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = 8 * 3600
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE
SECURE_HSTS_SECONDS = 31_536_000 if SECURE else 0
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "connect-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
    }
}
DATA_UPLOAD_MAX_NUMBER_FIELDS = 10_000  # a grid of 200 lines and 40 columns; of more columns it has fewer lines
DATA_UPLOAD_MAX_MEMORY_SIZE = 6_000_000  # a form; in an address, a Chinese character takes nine bytes. Not files
