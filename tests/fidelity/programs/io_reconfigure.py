import sys

sys.stdout.reconfigure(encoding="latin-1", errors="replace", newline="\r\n")
print("caf\u00e9 \u0451")
sys.stdout.reconfigure(line_buffering=True, write_through=True)
print("more")
sys.stdout.reconfigure(encoding="utf-16")
print("x")
