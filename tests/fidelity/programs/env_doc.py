"""The module's own words."""
x: int = 5
print(__doc__, __annotations__)
