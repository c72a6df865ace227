import os

MARKER = b"CANARY" + b"-"
found = []


def search(where, data):
    at = data.find(MARKER)
    while at >= 0:
        # This program's own constants hold the two halves, never a whole token.
        token = data[at : at + 60]
        if token[len(MARKER) : len(MARKER) + 4].isalpha():
            found.append((where, token))
        at = data.find(MARKER, at + 1)


with open("/proc/self/maps") as maps, open("/proc/self/mem", "rb", buffering=0) as memory:
    for line in maps.read().splitlines():
        span, permissions = line.split()[:2]
        start, end = (int(word, 16) for word in span.split("-"))
        if "r" not in permissions or line.endswith(("[vvar]", "[vsyscall]", "[vvar_vclock]")):
            continue
        for at in range(start, end, 1 << 20):
            try:
                memory.seek(at)
                # Read a little over the edge, so that no token hides across it.
                search(line, memory.read(min((1 << 20) + 64, end - at)))
            except (OSError, ValueError):
                pass
for folder, _, names in (
    entry
    for root in (".", "/tmp", "/var/tmp", "/dev/shm", "/dev/mqueue", "/run", "/home")
    for entry in os.walk(root)
):
    search(folder, os.fsencode(folder))
    for name in names:
        path = os.path.join(folder, name)
        search(path, os.fsencode(name))
        if os.path.isfile(path) and not path.endswith("prog.py"):
            try:
                with open(path, "rb") as file:
                    search(path, file.read(1 << 20))
            except OSError:
                pass
for pid in (name for name in os.listdir("/proc") if name.isdigit()):
    for name in ("environ", "cmdline"):
        try:
            with open(f"/proc/{pid}/{name}", "rb") as file:
                search(f"/proc/{pid}/{name}", file.read())
        except OSError:
            pass
print(f"BREACH {found[:3]}" if found else "nothing found")
