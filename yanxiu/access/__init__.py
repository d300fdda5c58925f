"""Permissions, roles, appointments and scopes.

Answers who may do what, where. Roles are data; an appointment is (person, role, scope, term).
"""
