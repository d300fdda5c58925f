"""The pages of credits."""
