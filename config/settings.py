"""All settings, from environment variables; a bad value stops the start with one sentence that names it."""

from pathlib import Path
from urllib.parse import urlsplit

from csp.constants import NONE, SELF
from django.utils.translation import gettext_lazy as _

from config import environment, logs

BASE_DIR = Path(__file__).resolve().parent.parent
VAR_DIR = Path(environment.text("VAR_DIR", str(BASE_DIR / "var"))).resolve()

DEBUG = environment.flag("DEBUG")
SECRET_KEY = environment.text("SECRET_KEY")
FIELD_ENCRYPTION_KEYS = environment.fernet_keys("FIELD_ENCRYPTION_KEYS")
PUBLIC_URL = environment.web_address("PUBLIC_URL").rstrip("/")
ALLOWED_HOSTS = environment.words("ALLOWED_HOSTS")
CSRF_TRUSTED_ORIGINS = [PUBLIC_URL]
OUTBOUND_ALLOW = environment.host_ports("OUTBOUND_ALLOW")
NIGHTWATCH_PING_URL = environment.web_address("NIGHTWATCH_PING_URL", "")
METRICS_TOKEN = environment.text("METRICS_TOKEN", "")  # without one, /metrics answers to this machine only
ENGINE_SPEED = environment.positive("ENGINE_SPEED", 1)  # divides every wait of the pager; above 1 for fault tests only

INSTALLED_APPS = [
    "config",
    "reports",
    "triage",
    "crisis",
    "playbooks",
    "monitoring",
    "accounts",
    "plumbing",
    "template_partials",
    "rest_framework",
    "drf_spectacular",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "csp",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.postgres",
    "django.contrib.staticfiles",
]

MIDDLEWARE = [
    "plumbing.request_log.RequestLog",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "accounts.middleware.PersonalSettingsMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "accounts.middleware.LastSeenMiddleware",
    "accounts.middleware.SecondFactorMiddleware",
]

ROOT_URLCONF = "config.urls"
ASGI_APPLICATION = "config.asgi.application"
WSGI_APPLICATION = "config.wsgi.application"

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
                "django.template.context_processors.i18n",
                "accounts.context.face",
            ],
            "builtins": [
                "django.templatetags.i18n",
                "django.templatetags.static",
                "plumbing.templatetags.outside_text",
                "plumbing.templatetags.icons",
            ],
        },
    },
]

# The database is the truth, the clock and the doorbell. Timeouts keep a stuck transaction from holding up the rest.
DATABASES = {"default": environment.database("DATABASE_URL")}
DATABASES["default"] |= {
    "CONN_MAX_AGE": 60,
    "CONN_HEALTH_CHECKS": True,
    "OPTIONS": DATABASES["default"].get("OPTIONS", {})
    | {
        "connect_timeout": 5,
        "options": "-c lock_timeout=10s -c statement_timeout=60s -c idle_in_transaction_session_timeout=30s",
    },
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# Rate limits live in PostgreSQL: nothing to notice when Redis is away.
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "shared_cache",
        "OPTIONS": {"MAX_ENTRIES": 10_000},  # so that guessing at many names does not wash out the counts
    }
}

# Celery's messages only; all of it may be lost at any time.
REDIS_URL = environment.broker("REDIS_URL")

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_ADAPTER = "accounts.adapter.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"username", "email"}
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_SIGNUP_FIELDS = ["username*", "email", "password1*", "password2*"]
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_FORMS = {
    "login": "accounts.forms.SignInForm",
    "reauthenticate": "accounts.forms.PasswordAgainForm",
    "reset_password": "accounts.forms.ForgottenPasswordForm",
}
ACCOUNT_REAUTHENTICATION_TIMEOUT = 15 * 60  # a weighty act needs a sign-in this fresh: accounts/recent.py
ACCOUNT_EMAIL_NOTIFICATIONS = True
PASSWORD_RESET_TIMEOUT = 3600
INVITATION_DAYS = 7
ACCOUNT_RATE_LIMITS = {
    "login": "30/m/ip",
    "login_failed": "10/m/ip,5/5m/key",  # a wrong code of a second factor counts as a guess at its person
    "reauthenticate": "10/m/user",
    "change_password": "5/m/user",
    "reset_password": "20/m/ip,3/10m/key",
    "reset_password_from_key": "20/m/ip",
    "invitation": "20/m/ip",
    "invite": "60/h/user",
    "first_run": "10/m/ip",
}
SECOND_FACTOR = environment.choice("SECOND_FACTOR", ["required", "optional"], "required")
MFA_ADAPTER = "accounts.second_factor.SecondFactorAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_ISSUER = "Leitstelle"
MFA_TOTP_TOLERANCE = 1  # whoever types slowly, or whose clock is half a minute off
MFA_FORMS = {
    "authenticate": "accounts.second_factor.CodeForm",
    "reauthenticate": "accounts.second_factor.CodeAgainForm",
    "add_webauthn": "accounts.second_factor.PasskeyForm",
    "login_webauthn": "accounts.second_factor.PasskeySignInForm",
    "authenticate_webauthn": "accounts.second_factor.PasskeyStepForm",
    "reauthenticate_webauthn": "accounts.second_factor.PasskeyAgainForm",
}
SINGLE_SIGN_ON = environment.single_sign_on()
SOCIALACCOUNT_ADAPTER = "accounts.single_sign_on.SingleSignOnAdapter"
SOCIALACCOUNT_PROVIDERS = {"openid_connect": {"APPS": [SINGLE_SIGN_ON] if SINGLE_SIGN_ON else []}}

LANGUAGE_CODE = environment.choice("LANGUAGE_CODE", ["en", "de"], "en")
LANGUAGES = [("en", _("English")), ("de", _("German"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
TIME_ZONE = environment.time_zone("TIME_ZONE", "Europe/Berlin")
USE_TZ = True

STATIC_URL = "static/"
STATICFILES_DIRS = [BASE_DIR / "static"]
STATIC_ROOT = Path(environment.text("STATIC_ROOT", str(VAR_DIR / "static")))
WHITENOISE_ROOT = BASE_DIR / "static" / "root"  # what browsers look for at the root: /favicon.ico and its like
WHITENOISE_MIMETYPES = {".webmanifest": "application/manifest+json"}
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG
        else "plumbing.staticfiles.HashedModulesStorage"
    },
}

MAIL = environment.mail("EMAIL_URL")
vars().update({name: value for name, value in MAIL.items() if name.startswith("EMAIL")})
EMAIL_TIMEOUT = 10
MAILS_ARE_KEPT = MAIL["EMAIL_BACKEND"] == "django.core.mail.backends.filebased.EmailBackend"
if MAILS_ARE_KEPT:
    EMAIL_FILE_PATH = MAIL["EMAIL_FILE_PATH"] or str(VAR_DIR / "mail")
DEFAULT_FROM_EMAIL = environment.text("EMAIL_FROM", f"Leitstelle <leitstelle@{urlsplit(PUBLIC_URL).hostname}>")

# Lets visitors be a person of the demo without a password, so it keeps away from whatever may be in earnest.
DEMO = environment.flag("DEMO")
if DEMO and not (MAILS_ARE_KEPT and PUBLIC_URL.startswith("http://")):
    raise environment.stop("DEMO", "is for trying the console at home, with kept mails and a PUBLIC_URL without TLS")

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
        "manifest-src": [SELF],
    }
}
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"
HTTPS = PUBLIC_URL.startswith("https://")
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SECURE_SSL_REDIRECT = HTTPS and not environment.flag("BEHIND_PROXY_WITHOUT_TLS_HEADER")
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if HTTPS else None
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
# Whether all other hosts of the domain speak https, too, is not ours to promise.
SILENCED_SYSTEM_CHECKS = ["security.W005", "security.W021"]
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$", r"^metrics$"]
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_AGE = 14 * 24 * 3600

DATA_UPLOAD_MAX_MEMORY_SIZE = 60 * 1024 * 1024  # 1,000 mentions of 50,000 characters
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["accounts.api_auth.BearerToken", "accounts.api_auth.Session"],
    "DEFAULT_PERMISSION_CLASSES": ["accounts.api_auth.HasScope", "accounts.api_auth.HasViewPermission"],
    "DEFAULT_THROTTLE_CLASSES": ["accounts.throttle.CallsPerMinute"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["plumbing.json_body.JSONBody"],
    "EXCEPTION_HANDLER": "plumbing.problems.exception_handler",
    "UNAUTHENTICATED_USER": "django.contrib.auth.models.AnonymousUser",
    "DEFAULT_SCHEMA_CLASS": "accounts.api_schema.ApiSchema",
    "URL_FORMAT_OVERRIDE": None,  # JSON is all there is
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Leitstelle",
    "VERSION": "1",
    "DESCRIPTION": _(
        "Hand in mentions, read them with their suggestion, decide, reply and answer escalations. "
        "Lists come in pages: follow `next` until it is null. Every error is an `application/problem+json` (RFC 9457)."
    ),
    "OAS_VERSION": "3.1.0",
    "SERVERS": [{"url": PUBLIC_URL}],
    "SCHEMA_PATH_PREFIX": "/api/v1",
    "COMPONENT_SPLIT_REQUEST": False,
    "ENUM_GENERATE_CHOICE_DESCRIPTION": False,
    "POSTPROCESSING_HOOKS": ["accounts.api_schema.tidy", "monitoring.hook_schema.add_hooks"],
}
API_CALLS_PER_MINUTE = {  # of one token, one signed-in person or, for visitors, one address
    "read": environment.whole_number("API_READS_PER_MINUTE", 1_200),
    "write": environment.whole_number("API_WRITES_PER_MINUTE", 600),
    "ingest": environment.whole_number("API_INGESTS_PER_MINUTE", 6_000),
    "anonymous": environment.whole_number("API_VISITS_PER_MINUTE", 120),
}

LOG_LEVEL = environment.choice("LOG_LEVEL", ["DEBUG", "INFO", "WARNING", "ERROR"], "INFO")
LOG_FORMAT = environment.choice("LOG_FORMAT", ["line", "json"], "line")
LOG_REQUESTS = environment.flag("LOG_REQUESTS")
LOGGING = logs.settings(LOG_LEVEL, LOG_FORMAT)
