# The first collection of a program finds what is its own.
import gc

print(gc.collect())
ring = []
ring.append(ring)
del ring
print(gc.collect(), gc.garbage)
