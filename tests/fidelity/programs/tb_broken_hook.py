import sys

sys.excepthook = lambda *_: 1 / 0
raise ValueError("original")
