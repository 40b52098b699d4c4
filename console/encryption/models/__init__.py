from console.encryption.models.deks import Dek
from console.encryption.models.rehearsals import Rehearsal
from console.encryption.models.rotations import Cause, KeyPolicy, Rotation, WorkRange

__all__ = ["Cause", "Dek", "KeyPolicy", "Rehearsal", "Rotation", "WorkRange"]
