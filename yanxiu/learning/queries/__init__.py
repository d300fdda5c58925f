"""Reads for the pages and checks of learning."""
