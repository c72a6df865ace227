import random

print(random.__name__, random.__file__)
