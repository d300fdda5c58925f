"""Pages of the catalogue: courses, their steps, lesson cases."""
