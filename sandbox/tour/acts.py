"""What the page's buttons do. Each takes the posted fields and returns the sentence that says it worked."""

from collections.abc import Callable, Mapping
from typing import TypeVar
from urllib.parse import urlsplit
from uuid import UUID

from django.conf import settings
from django.db.models import Model, QuerySet
from django.http import Http404
from django.shortcuts import get_object_or_404

from console.kernel.scope import Scope
from regions.actions import connections
from regions.models import Connection, Region
from sandbox.customer import resources, roles, stacks, weather
from sandbox.customer.account import Account

Fields = Mapping[str, str]
Act = Callable[[Scope, Fields], str]
Row = TypeVar("Row", bound=Model)


def run_template(scope: Scope, fields: Fields) -> str:
    connection = _connection(scope, fields)
    stack = stacks.run(
        account_of(connection),
        name=connections.stack_name(connection),
        template=connections.template_text(connection),
    )
    return f"The stack {stack.name} is {stack.state} in account {connection.account_id}."


def delete_stack(scope: Scope, fields: Fields) -> str:
    connection = _connection(scope, fields)
    stacks.delete(account_of(connection), name=connections.stack_name(connection))
    return f"The stack {connections.stack_name(connection)} is deleted, and the role with it."


def revoke_role(scope: Scope, fields: Fields) -> str:
    connection = _connection(scope, fields)
    roles.revoke(account_of(connection), role_name=connection.role_name)
    return f"{connection.role_name} trusts nobody any more, and its sessions have ended."


def restore_role(scope: Scope, fields: Fields) -> str:
    connection = _connection(scope, fields)
    roles.restore(account_of(connection), role_name=connection.role_name)
    return f"{connection.role_name} trusts the console again."


def delete_resource(scope: Scope, fields: Fields) -> str:
    region = _region(scope, fields)
    account = account_of(region.connection, region.cloud_region)
    resources.delete(account, kind=fields.get("kind", ""), external_id=fields.get("external_id", ""))
    return f"{fields.get('kind')} {fields.get('external_id')} is deleted."


def change_weather(_scope: Scope, fields: Fields) -> str:
    chosen = weather.choose(front_door_port(), fields.get("weather", ""))
    return f"{chosen.title}: in force until you end it." if chosen else "The cloud is as usual again."


def limit_addresses(scope: Scope, fields: Fields) -> str:
    region = _region(scope, fields)
    none = fields.get("limit") == "none"
    weather.limit_addresses(
        front_door_port(),
        account_id=region.connection.account_id,
        region=region.cloud_region,
        to_none=none,
    )
    return "No further Elastic IP is given." if none else "Elastic IPs are given up to AWS's default of 5."


def front_door_port() -> int:
    return urlsplit(settings.AWS_ENDPOINT_URL).port or 0


def account_of(connection: Connection, cloud_region: str = "eu-central-1") -> Account:
    return Account(front_door_port(), connection.account_id, cloud_region)


def _connection(scope: Scope, fields: Fields) -> Connection:
    return _row(Connection.objects.visible_to(scope), fields, "connection")


def _region(scope: Scope, fields: Fields) -> Region:
    return _row(Region.objects.visible_to(scope).select_related("connection"), fields, "region")


def _row(rows: QuerySet[Row], fields: Fields, name: str) -> Row:
    try:
        return get_object_or_404(rows, id=UUID(fields.get(name, "")))
    except ValueError as error:
        raise Http404 from error


ACTS: dict[str, Act] = {
    "run-template": run_template,
    "delete-stack": delete_stack,
    "revoke-role": revoke_role,
    "restore-role": restore_role,
    "delete-resource": delete_resource,
    "weather": change_weather,
    "addresses": limit_addresses,
}
