"""What study of a day looks unlike honest study: read from leases, presence checks and progress, handed to `integrity` as signals.

Set-based reads; nothing here writes, credits or takes away. Limits and their reasons: `limits`; what people read: `noticing`.
"""
