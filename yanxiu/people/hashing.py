"""Password hashing: Argon2id with 19 MiB, two passes, one lane (security rule 8, performance "login storm")."""

import os
from threading import BoundedSemaphore

from django.contrib.auth.hashers import Argon2PasswordHasher

# More hashes at once than cores only make every page slow (performance.md, login storm).
_SLOTS = BoundedSemaphore(os.cpu_count() or 1)


class Argon2id(Argon2PasswordHasher):
    """31 ms and 19 MiB a check on the reference machine; Django's default would need 100 MiB."""

    algorithm = "argon2"
    time_cost = 2
    memory_cost = 19 * 1024
    parallelism = 1

    def encode(self, password: str, salt: str) -> str:
        """Hash when a core is free."""
        with _SLOTS:
            return super().encode(password, salt)

    def verify(self, password: str, encoded: str) -> bool:
        """Compare when a core is free."""
        with _SLOTS:
            return super().verify(password, encoded)
