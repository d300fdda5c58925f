"""Pages of the review chain."""
