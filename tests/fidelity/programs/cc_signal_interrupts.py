import signal
import time


class Late(Exception):
    pass


def handler(*_):
    raise Late("time is up")


signal.signal(signal.SIGALRM, handler)
signal.setitimer(signal.ITIMER_REAL, 0.1)
try:
    while True:
        pass
except Late as error:
    print(error)
signal.setitimer(signal.ITIMER_REAL, 0.1)
try:
    time.sleep(10)
except Late as error:
    print("sleep:", error)
