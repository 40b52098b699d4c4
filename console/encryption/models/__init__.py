from console.encryption.models.deks import Dek

__all__ = ["Dek"]
