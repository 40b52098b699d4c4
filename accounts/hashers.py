"""Password hashing for test runs."""

from django.contrib.auth.hashers import Argon2PasswordHasher


class QuickArgon2(Argon2PasswordHasher):
    """Argon2id at the least cost the algorithm allows: a suite signs in thousands of times."""

    time_cost = 1
    memory_cost = 8
    parallelism = 1
