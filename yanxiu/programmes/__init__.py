"""Plan versions, windows, enrolment, quotas, classes, fees and deregistration.

Owns the typed plan (方案) and who takes part in it. A participant is pinned to one version.
"""
