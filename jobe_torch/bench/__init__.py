"""Measures a Jobe server as its clients see it, and checks every answer meanwhile."""
