"""A customer with a certificate authority of its own."""

from datetime import timedelta

from console.kernel.clock import now
from secrets_app.pki import issue, keys, names, pem, requests


class BankCA:
    """The customer's: its key is nowhere near the console."""

    def __init__(self) -> None:
        self.signer = keys.KeySigner(keys.generate())
        subject = names.authority("Acme Bank", "Acme Corporate Root", self.signer.public_key())
        self.root = issue.self_signed_root(self.signer, subject, now() - timedelta(days=300))

    @property
    def pem(self) -> str:
        return pem.bundle([self.root]).decode()

    def signs(self, request: str, host: str) -> str:
        made = issue.sign_intermediate(
            requests.checked(request.encode()),
            issue.Issuer.of(self.root, self.signer),
            subject=names.authority("Acme Bank", host, self.signer.public_key()),
            region_host=host,
            now=now(),
        )
        return pem.bundle([made]).decode()
