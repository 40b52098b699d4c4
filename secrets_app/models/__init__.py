from secrets_app.models.recipients import Recipient, RecipientState, SecretDelivery
from secrets_app.models.secrets import Check, Kind, Provider, Secret, SecretVersion

__all__ = [
    "Check",
    "Kind",
    "Provider",
    "Recipient",
    "RecipientState",
    "Secret",
    "SecretDelivery",
    "SecretVersion",
]
