"""Rehearsal (推演): a plan against stated facts, by the product's own code on temporary tables (ADR 0008)."""
