"""Jobe's routes, and the operator's, over Flask."""
