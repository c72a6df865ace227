import os

SCRIPT = """
sed -n 's/^CapEff:[[:space:]]*//p; s/^NoNewPrivs:[[:space:]]*//p; s/^Seccomp:[[:space:]]*//p' /proc/self/status
while :; do :; done
"""
os.execv("/bin/sh", ["sh", "-c", SCRIPT])
