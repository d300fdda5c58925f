"""The pages of workshops."""
