"""`{% load ui %}`: every component. One file a family in `console/web/components/`."""

from console.web.components import (
    actions,
    bars,
    evidence,
    fields,
    frame,
    grids,
    identifiers,
    layout,
    lists,
    messages,
    numbers,
    pictures,
    status,
)
from console.web.components.registry import register

__all__ = [
    "actions",
    "bars",
    "evidence",
    "fields",
    "frame",
    "grids",
    "identifiers",
    "layout",
    "lists",
    "messages",
    "numbers",
    "pictures",
    "register",
    "status",
]
