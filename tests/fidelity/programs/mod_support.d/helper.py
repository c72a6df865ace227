import sys

print("imported once", __name__, __file__, __spec__.origin, sys.modules["helper"].__loader__.__class__.__name__)
VALUE = 41
