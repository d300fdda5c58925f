"""The ledger of hours and credits (学时/学分), settlement, certificates and verification.

Entries are immutable; corrections are reversals. Does not know how a requirement is computed.
"""
