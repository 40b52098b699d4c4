"""Connections: list, the live page of one, and the acts on it."""

from django.urls import path

from regions.views import connections, human_roles

urlpatterns = [
    path("connections/", connections.index, name="connections"),
    path("connections/<uuid:connection_id>/", connections.detail, name="connection"),
    path("connections/<uuid:connection_id>/template.yaml", connections.template, name="connection-template"),
    path(
        "connections/<uuid:connection_id>/artefacts/<slug:name>", connections.artefact, name="connection-artefact"
    ),
    path("connections/<uuid:connection_id>/roles/", human_roles.index, name="connection-roles"),
    path("connections/<uuid:connection_id>/roles/taken-away/", human_roles.removals, name="connection-removals"),
    path("connections/<uuid:connection_id>/roles/use-case/", human_roles.use_case, name="connection-use-case"),
    path("connections/<uuid:connection_id>/roles/drop", human_roles.drop, name="connection-role-drop"),
    path("connections/<uuid:connection_id>/roles/save", human_roles.save, name="connection-roles-save"),
    path("connections/<uuid:connection_id>/verify", connections.verify, name="connection-verify"),
    path("connections/<uuid:connection_id>/publish", connections.publish, name="connection-publish"),
    path("connections/<uuid:connection_id>/revoke", connections.revoke, name="connection-revoke"),
    path("connections/<uuid:connection_id>/departure", connections.departure, name="connection-departure"),
]
