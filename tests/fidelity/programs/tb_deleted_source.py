import os

os.remove("prog.py")
raise ValueError("there is no source line to show")
