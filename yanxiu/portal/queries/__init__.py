"""Reads of the portal: one module per page."""
