"""Reads for the pages and checks of assessment, by subject."""
