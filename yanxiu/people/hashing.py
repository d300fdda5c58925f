"""Password hashing: Argon2id with 19 MiB, two passes, one lane (security rule 8, performance "login storm")."""

from django.contrib.auth.hashers import Argon2PasswordHasher


class Argon2id(Argon2PasswordHasher):
    """31 ms and 19 MiB a check on the reference machine; Django's default would need 100 MiB."""

    algorithm = "argon2"
    time_cost = 2
    memory_cost = 19 * 1024
    parallelism = 1
