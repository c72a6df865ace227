import json
import os
import sys
import threading


class Thing:
    def __del__(self):
        for use in (lambda: json.dumps([1]), os.getcwd, lambda: sys.argv[0], lambda: threading.current_thread().name, lambda: sys.path, sys.is_finalizing):
            try:
                print(use())
            except Exception as error:
                print(type(error).__name__, error)
        sys.stdout.flush()


thing = Thing()


def keep():
    return thing
