"""The pages of school-based work."""
