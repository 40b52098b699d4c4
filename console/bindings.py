"""The one place where ports meet adapters."""


def bind() -> None:
    """Declare every adapter; called once when the process starts."""
