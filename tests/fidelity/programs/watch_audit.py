# A template's guard: an audit hook hears of each import.
import sys


def hook(event, arguments):
    if event == "import" and arguments[0] in ("numpy", "subprocess"):
        raise ImportError(f"you must not use {arguments[0]}")


sys.addaudithook(hook)
import json
import subprocess
