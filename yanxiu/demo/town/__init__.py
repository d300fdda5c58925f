"""The demo town: one county with eight schools and 200 teachers, made through the actions that people use."""
