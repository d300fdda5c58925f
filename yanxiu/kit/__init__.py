"""What any Django product could use: actor, errors, policy, htmx, components, clock, tasks, PostgreSQL.

Knows no word of the field of education.
"""
