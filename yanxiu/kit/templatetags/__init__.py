"""Template tags and filters of the interface; built in, so templates load nothing."""
