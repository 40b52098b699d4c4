"""What stops the sandbox: one sentence for people, no traceback."""


class SandboxError(Exception):
    """What happened, why, and what to do next."""
