"""Complete and safe settings; the other modules only differ from them."""

from datetime import timedelta
from pathlib import Path
from typing import Any

from csp.constants import NONE, SELF

from console.settings import env

BASE_DIR = Path(__file__).resolve().parents[2]

SECRET_KEY = env.secret("SECRET_KEY")
DEBUG = False
ALLOWED_HOSTS = env.listing("ALLOWED_HOSTS")
CSRF_TRUSTED_ORIGINS = env.listing("CSRF_TRUSTED_ORIGINS")

DATABASES = {
    "default": {**env.database("DATABASE_URL"), "CONN_MAX_AGE": 60, "CONN_HEALTH_CHECKS": True},
    "engine": env.database("DATABASE_ENGINE_URL"),
    "owner": env.database("DATABASE_OWNER_URL"),
}
DATABASE_ROUTERS = ["console.kernel.routers.OwnerMigrates"]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

BROKER_URL = env.secret("BROKER_URL")
CELERY_BROKER_URL = BROKER_URL
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_TASK_IGNORE_RESULT = True
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_TASK_SERIALIZER = "json"
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "visibility_timeout": 600,
    "socket_connect_timeout": 2,
    "socket_timeout": 5,
}
CELERY_BEAT_SCHEDULE = {
    "sweep": {"task": "operations.sweep", "schedule": timedelta(seconds=1), "options": {"expires": 1}},
    "secrets": {"task": "secrets.sweep", "schedule": timedelta(seconds=2), "options": {"expires": 2}},
    "certificates-tend": {
        "task": "certificates.tend",
        "schedule": timedelta(seconds=30),
        "options": {"expires": 30},
    },
    "certificates-watch": {
        "task": "certificates.watch",
        "schedule": timedelta(seconds=20),
        "options": {"expires": 20},
    },
    "secrets-tend": {"task": "secrets.tend", "schedule": timedelta(seconds=20), "options": {"expires": 20}},
    "drift": {"task": "regions.watch-drift", "schedule": timedelta(seconds=10), "options": {"expires": 10}},
    "audit-checkpoints": {
        "task": "audit.checkpoint",
        "schedule": timedelta(minutes=10),
        "options": {"expires": 600},
    },
    "audit-tend": {"task": "audit.tend", "schedule": timedelta(hours=6), "options": {"expires": 3600}},
    "keys": {"task": "keys.sweep", "schedule": timedelta(minutes=1), "options": {"expires": 60}},
}
CACHES = {"default": {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": BROKER_URL}}

INSTALLED_APPS = [
    "console.kernel",
    "console.encryption",
    "console.audit",
    "console.operations",
    "console.web",
    "accounts",
    "secrets_app",
    "regions",
    "console.dashboard",
    "accounts.apps.VendorAdminConfig",  # django.contrib.admin with the vendor's read-only site
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "rest_framework",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "django_htmx",
    "template_partials",
    "csp",
]

MIDDLEWARE = [
    "console.web.middleware.RequestIdMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "accounts.middleware.SecondFactorMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "console.web.middleware.ConsoleErrorMiddleware",
]

ROOT_URLCONF = "console.urls"
WSGI_APPLICATION = "console.wsgi.application"

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
            ],
        },
    }
]

SILENCED_SYSTEM_CHECKS = ["auth.W004"]  # unique without regard to case, by a constraint on Lower(email)
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"

# allauth carries sign-in, sign-up and passwords. The second factor is our own stage of its login flow:
# allauth's keeps accepted codes in the cache alone and the pending secret in the session, in clear.
ACCOUNT_ADAPTER = "accounts.signing_in.adapter.Adapter"
ACCOUNT_FORMS = {
    "login": "accounts.forms.sign_in.SignInForm",
    "signup": "accounts.forms.sign_in.SignUpForm",
    "change_password": "accounts.forms.sign_in.ChangePasswordForm",
}
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
# An address is only a name to sign in with: it opens nothing by itself, since access to an organization comes
# from creating it, from an invitation handed over by an owner, or from an engagement. Hence no confirmation.
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_EMAIL_NOTIFICATIONS = False
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_SESSION_COOKIE_AGE = 12 * 60 * 60
ACCOUNT_LOGIN_TIMEOUT = 10 * 60
ACCOUNT_LOGOUT_REDIRECT_URL = "account_login"
ACCOUNT_RATE_LIMITS = {"login": "30/m/ip", "login_failed": "20/m/ip,10/5m/key", "signup": "20/m/ip"}
ALLAUTH_TRUSTED_PROXY_COUNT = int(env.text("TRUSTED_PROXIES", "0"))
MFA_ISSUER = env.text("MFA_ISSUER", "BYOC Console")
STEP_UP_MAX_AGE = timedelta(minutes=10)

SESSION_COOKIE_SECURE = True
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = 12 * 60 * 60
CSRF_COOKIE_SECURE = True
CSRF_COOKIE_HTTPONLY = True
CSRF_FAILURE_VIEW = "console.web.errors.csrf_failure"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
DATA_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024
FILE_UPLOAD_HANDLERS = ["console.web.uploads.InMemory"]  # a secret's file is never spooled to a disk

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "connect-src": [SELF],
        "object-src": [NONE],
        "base-uri": [NONE],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    }
}

LANGUAGE_CODE = "en"
TIME_ZONE = "UTC"
USE_TZ = True
USE_I18N = False

STATIC_URL = "static/"
STATIC_ROOT: Path | None = BASE_DIR / "staticfiles"
STATICFILES_DIRS = [BASE_DIR / "static"]
STATICFILES_FINDERS = [
    "django.contrib.staticfiles.finders.FileSystemFinder",
    "django.contrib.staticfiles.finders.AppDirectoriesFinder",
    "console.web.staticfiles.PlotlyFinder",
]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["accounts.api.authentication.BearerTokenAuthentication"],
    "DEFAULT_PERMISSION_CLASSES": ["accounts.access.api.DeclaredPermission"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["rest_framework.parsers.JSONParser"],
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "EXCEPTION_HANDLER": "console.web.problems.exception_handler",
    "UNAUTHENTICATED_USER": None,
    "TEST_REQUEST_DEFAULT_FORMAT": "json",
}
SPECTACULAR_SETTINGS = {
    "TITLE": "BYOC Console Management API",
    "DESCRIPTION": "Regions and operations of one organization; the bearer token names it.",
    "VERSION": "1",
    "SERVE_INCLUDE_SCHEMA": False,
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "REDOC_DIST": "SIDECAR",
    "ENUM_NAME_OVERRIDES": {
        "OperationStateEnum": "console.operations.states.OperationState.choices",
        "StepStateEnum": "console.operations.states.StepState.choices",
        "CertificateStateEnum": "secrets_app.models.CertificateState.choices",
        "RevocationReasonEnum": "secrets_app.models.Why.choices",
        "SecretKindEnum": "secrets_app.models.Kind.choices",
    },
}

# --- the product's own ---
ENGINE: dict[str, Any] = {}  # fields of console.operations.engine.shift.EngineConfig
KEK_STORE = env.text("KEK_STORE")
EGRESS_ALLOW = env.listing("EGRESS_ALLOW")
AWS_ENDPOINT_URL = env.text("AWS_ENDPOINT_URL", "")
AWS_ACCESS_KEY_ID = env.secret("AWS_ACCESS_KEY_ID", "")
AWS_SECRET_ACCESS_KEY = env.secret("AWS_SECRET_ACCESS_KEY", "")
CONTROL_PLANE_PRINCIPAL_ARN = env.text("CONTROL_PLANE_PRINCIPAL_ARN", "")
OPERATIONS_PRINCIPAL_ARN = env.text("OPERATIONS_PRINCIPAL_ARN", CONTROL_PLANE_PRINCIPAL_ARN)
TEMPLATE_BUCKET = env.text("TEMPLATE_BUCKET", "")
DATA_LOCATION = env.text("DATA_LOCATION", "")
DNS_RESOLVERS = env.listing("DNS_RESOLVERS")
APPS_DOMAIN = env.text("APPS_DOMAIN", "regions.example.com")
MANAGEMENT_API = env.text("MANAGEMENT_API", "")  # host:port at which the world reaches this console
EXECUTION_API = env.text("EXECUTION_API", "")  # the same of a region, `{host}` standing for the region's host
PUBLIC_TRUST = env.text("PUBLIC_TRUST", "")  # a file of certificates; empty: those that browsers trust
CONSOLE_CIDRS = env.listing("CONSOLE_CIDRS", "203.0.113.0/24")

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {"request_id": {"()": "console.web.request_ids.RequestIdFilter"}},
    "formatters": {
        "text": {"format": "%(asctime)s %(levelname)s %(name)s [%(request_id)s] %(message)s"},
    },
    "handlers": {
        "console": {"class": "logging.StreamHandler", "filters": ["request_id"], "formatter": "text"},
    },
    # a tick of beat that came too late to matter is dropped, which is no news
    "loggers": {"celery.worker.request": {"level": "WARNING"}},
    "root": {"handlers": ["console"], "level": env.text("LOG_LEVEL", "INFO")},
}
