"""Persons, identity numbers, accounts, activation, sign-in and affiliations.

One person, one account, for life; names are kept exactly, identity numbers encrypted.
"""
