# Logging ends before exit handlers that were there before its import, and after all others.
import atexit


def log(when):
    logging.getLogger("it").error(when)
    print(open("log.txt").read().split())


atexit.register(log, "before")
import logging
import logging.handlers

atexit.register(log, "after")
file = logging.FileHandler("log.txt", mode="w")
logging.getLogger("it").addHandler(logging.handlers.MemoryHandler(10, logging.CRITICAL, file))
