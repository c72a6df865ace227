"""The content store behind ``PUT files``."""
