"""The plan (方案) as data: read, check, resolve its windows, compile its requirements, compare, read back.

Pure: no database, no clock, no settings. `read` gives a plan and every complaint; `load` gives a plan or raises. Windows, requirements,
awards and the rest are functions of a plan and the parameters of its launch.
"""
