"""Who signs in."""

from typing import Any, ClassVar

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models.functions import Lower

from console.kernel.clock import now
from console.kernel.ids import new_id


class UserManager(BaseUserManager["User"]):
    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "User":
        user = self.model(email=self.normalize_email(email).lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def of_staff(self, email: str) -> "User | None":
        """Return the vendor's person of that address, if they may sign in."""
        return self.filter(email__iexact=email, is_staff=True, is_active=True).first()

    def get_by_natural_key(self, username: str | None) -> "User":
        return self.get(email__iexact=username)


class User(AbstractBaseUser):
    """A person; the e-mail address is the name they sign in with."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    email = models.EmailField(max_length=254)
    name = models.CharField(max_length=120)
    is_active = models.BooleanField(default=True)
    is_staff = models.BooleanField(default=False)
    """Works for the vendor: support staff or solution architect."""
    created_at = models.DateTimeField(default=now)

    objects: ClassVar[UserManager] = UserManager()

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]

    class Meta:
        constraints = [models.UniqueConstraint(Lower("email"), name="user_email_once")]

    def __str__(self) -> str:
        return self.name or self.email

    def get_full_name(self) -> str:
        return str(self)

    def has_perm(self, permission: str, _obj: object = None) -> bool:
        """Answer Django's admin: staff may view, nobody may change."""
        return self.is_active and self.is_staff and ".view_" in permission

    def has_module_perms(self, _app_label: str) -> bool:
        return self.is_active and self.is_staff

    @property
    def initials(self) -> str:
        words = (self.name or self.email).split()
        return "".join(word[0] for word in (words if len(words) < 2 else (words[0], words[-1]))).upper()
