import os

print(sorted(set(os.listdir(".")) - {"__pycache__"}))
