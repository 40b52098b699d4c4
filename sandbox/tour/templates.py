"""The generated CloudFormation template of a connection, as its page offers it."""

from regions.connections import cloudformation

from regions.models import Connection


def stack_name(connection: Connection) -> str:
    return f"byoc-console-{connection.short}"


def text(connection: Connection) -> str:
    return cloudformation.template(connection)
