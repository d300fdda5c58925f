"""Teaching points (教学点): the file that takes courses to a point without a line, and the bundle that brings study back.

A package is signed by the centre and its personal part is sealed by an opening code; a bundle carries bit strings, stretches of
server time and done steps, which the centre joins by union. Knows the rows it ships, not how pages use them (ADR 0016).
"""
