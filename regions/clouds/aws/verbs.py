"""Create, read, update or delete: what kind of act an IAM action is, by its name."""

from enum import StrEnum


class Verb(StrEnum):
    CREATE = "create"
    READ = "read"
    UPDATE = "update"
    DELETE = "delete"


READS = ("Describe", "Get", "List", "Head", "Simulate", "Lookup", "Search", "BatchGet", "BatchCheck", "Filter")
DELETES = ("Delete", "Terminate", "Release", "Deregister", "Schedule")
CREATES = ("Create", "Run", "Allocate", "Import", "Register", "Request")
TAGGING = ("CreateTags", "DeleteTags")


def service_of(action: str) -> str:
    return action.partition(":")[0]


def verb_of(action: str) -> Verb:
    """Tagging is an update; scheduling the deletion of a key is a deletion."""
    name = action.partition(":")[2]
    if name in TAGGING:
        return Verb.UPDATE
    for verb, words in ((Verb.READ, READS), (Verb.DELETE, DELETES), (Verb.CREATE, CREATES)):
        if name.startswith(words):
            return verb
    return Verb.UPDATE
