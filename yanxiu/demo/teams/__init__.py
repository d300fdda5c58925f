"""A season of programme 001 through the product's own actions: host teams of three levels, their members, both phases.

Played to be counted: what each host owes is met or missed by construction, so that every counter and every duty can be checked.
"""
