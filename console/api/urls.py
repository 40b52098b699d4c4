"""Every endpoint of the Management API; each app says its own."""

from django.urls import include, path
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView

from accounts.access.scoped import public

docs = SpectacularSwaggerSplitView.as_view(url_name="schema", template_name="api/docs.html")
"""With a page of our own: the package's has a style element, which the policy refuses."""

SCHEMA_REASON = "The API's description holds no data; tools read it before they have a token."

urlpatterns = [
    path("v1/", include("console.dashboard.api.urls")),
    path("v1/", include("accounts.api.urls")),
    path("v1/", include("secrets_app.api.urls")),
    path("v1/", include("regions.api.urls")),
    path("schema/", public(reason=SCHEMA_REASON)(SpectacularAPIView.as_view()), name="schema"),
    path("docs/", public(reason=SCHEMA_REASON)(docs), name="docs"),
]
