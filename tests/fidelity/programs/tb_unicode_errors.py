import traceback

for attempt in (lambda: b"\xff".decode(), lambda: "ё".encode("ascii"), lambda: print("\ud800"), lambda: chr(-1), lambda: int("9" * 5000)):
    try:
        attempt()
    except ValueError:
        traceback.print_exc()
print("\udcff")
