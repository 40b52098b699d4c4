"""The suite's settings; `tests/conftest.py` starts the servers and says where they are.

Static checks import this module without any server, hence the defaults.
"""

import os

for _name, _value in {
    "SECRET_KEY": "only-for-tests-" + "0" * 50,
    "DATABASE_URL": "postgresql://byoc_app@127.0.0.1:1/byoc",
    "DATABASE_ENGINE_URL": "postgresql://byoc_engine@127.0.0.1:1/byoc",
    "DATABASE_OWNER_URL": "postgresql://byoc_owner@127.0.0.1:1/byoc",
    "BROKER_URL": "redis://127.0.0.1:1/0",
    "KEK_STORE": "file:.sandbox/test/kek",
    "CONTROL_PLANE_PRINCIPAL_ARN": "arn:aws:iam::111111111111:user/byoc-control-plane",
}.items():
    os.environ.setdefault(_name, _value)

from console.settings.dev import *  # noqa: E402, F403
from console.settings.dev import DATABASES  # noqa: E402

# The owner makes the test database and cleans it; the others keep their own roles on it.
DATABASES = {
    "owner": DATABASES["owner"],
    "default": {**DATABASES["default"], "CONN_MAX_AGE": 0, "TEST": {"MIRROR": "owner"}},
    "engine": {**DATABASES["engine"], "TEST": {"MIRROR": "owner"}},
}

ALLOWED_HOSTS = ["*"]
WHITENOISE_AUTOREFRESH = False
STATIC_ROOT = None  # nothing is collected; files come from where they lie
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
PASSWORD_HASHERS = ["accounts.hashers.QuickArgon2"]
