import sys
import threading

print(sys.excepthook is sys.__excepthook__, sys.unraisablehook is sys.__unraisablehook__)
print(threading.excepthook is threading.__excepthook__, sys.displayhook is sys.__displayhook__)
print(sys.gettrace(), sys.getprofile(), sys.exc_info(), hasattr(sys, "last_type"), hasattr(sys, "ps1"))
sys.excepthook = lambda kind, value, trace: print("hooked", kind.__name__, value, trace.tb_lineno)
raise ValueError("caught by the hook")
