"""yanxiu (研修): teachers' professional development, from the published plan to the hour on record."""
