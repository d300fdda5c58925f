"""Plan versions, windows, enrolment, quotas, classes, fees and deregistration.

Owns the typed plan (方案) and who takes part in it. A participant is pinned to one version.

Terms: programme (方案), draft, plan version, window, unit's own dates, offering (选课目录), enrolment (参训), withdrawal (报删).
States: programme draft → running → closed; enrolment active ⇄ left; withdrawal applied → approved or returned.
A published version never changes (a trigger refuses it). Must not know how hours are earned, judged or booked.
"""
