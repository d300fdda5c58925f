"""The review chain that travels up the org tree.

Owns steps, opinions and deadlines. Does not know what is being approved.
"""
