import gc
import os
import sys
import threading


def is_open(number):
    try:
        os.fstat(number)
    except OSError:
        return False
    return True


def frames():
    frame, names = sys._getframe(1), []
    while frame:
        names.append(frame.f_code.co_name)
        frame = frame.f_back
    return names


print("descriptors", [number for number in range(1024) if is_open(number)])
print("frames", frames())
print("threads", [thread.name for thread in threading.enumerate()])
words = ("jobe", "zygote", "spare", "agent")
# "<module 'jobe_torch..." is a secret's name, not a secret: what may show is bytes of a job.
print("modules", [name for name in sys.modules if name.split(".")[0] in words])
marker = "CANARY" + "-"
found = []
gc.unfreeze()
for thing in gc.get_objects():
    try:
        values = thing.values() if type(thing) is dict else thing if type(thing) in (list, tuple, set) else ()
        found += [value for value in values if type(value) in (str, bytes) and marker in str(value)]
    except RuntimeError:
        pass
print("objects", [value for value in found if value != marker])
