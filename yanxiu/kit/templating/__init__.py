"""Templates as Django has them, prepared: what is fixed in a template is found out once (ADR 0020)."""
