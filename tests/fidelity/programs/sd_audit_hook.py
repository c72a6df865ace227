import sys

sys.addaudithook(lambda event, _: print(event) if event.startswith(("ctypes", "os.", "sys.")) else None)
print("end of main")
