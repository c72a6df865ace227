import os
import signal
import threading
import time


def handler(number, frame):
    print("got", signal.Signals(number).name, frame is not None, threading.current_thread().name)


for number in (signal.SIGUSR1, signal.SIGTERM, signal.SIGALRM, signal.SIGCHLD):
    signal.signal(number, handler)
os.kill(os.getpid(), signal.SIGUSR1)
threading.Thread(target=signal.raise_signal, args=(signal.SIGTERM,)).start()
time.sleep(0.1)
signal.setitimer(signal.ITIMER_REAL, 0.05)
time.sleep(0.2)
if (pid := os.fork()) == 0:
    os._exit(0)
os.waitpid(pid, 0)
print(signal.sigtimedwait([signal.SIGUSR2], 0))
