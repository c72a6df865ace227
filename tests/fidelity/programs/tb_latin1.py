# -*- coding: latin-1 -*-
x = "café"
print(x, len(x))
1/0  # café
