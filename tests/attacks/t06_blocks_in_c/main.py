import signal

signal.signal(signal.SIGALRM, lambda *_: print("BREACH never reached"))
signal.alarm(1)
3 ** (10**9)
