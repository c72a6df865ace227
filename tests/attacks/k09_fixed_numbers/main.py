import ctypes
import errno
import os
import signal

from attempt import attempt, syscall

libc = ctypes.CDLL(None, use_errno=True)
attempt("inotify_init", lambda: syscall("inotify_init"))
attempt("inotify_init1", lambda: syscall("inotify_init1", 0))
attempt("io_setup", lambda: syscall("io_setup", 1, ctypes.byref(ctypes.c_ulong(0))))


def count(take, most):
    """How many there are to be had, as far as it is more than `most`."""
    for taken in range(most + 1):
        if take(taken) < 0:
            if ctypes.get_errno() not in (errno.EAGAIN, errno.EMFILE, errno.ENOMEM):
                print(os.strerror(ctypes.get_errno()))
            return taken
    return most + 1


def say(what, taken, most):
    print(f"at most {most:,} {what}" if 0 < taken <= most else f"BREACH {taken} {what}")


timers = []


def timer(_):
    timers.append(ctypes.c_void_p())
    return libc.timer_create(1, None, ctypes.byref(timers[-1]))


say("timers", count(timer, 1024), 1024)
for taken in timers[:-1]:
    libc.timer_delete(taken)
signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGRTMIN})
say("signals", count(lambda _: libc.sigqueue(os.getpid(), signal.SIGRTMIN, 0), 1024), 1024)
CREATE = os.O_RDWR | os.O_CREAT
say("queues", count(lambda number: libc.mq_open(b"/%d" % number, CREATE, 0o600, None), 3), 3)
queue = libc.mq_open(b"/0", CREATE, 0o600, None)
libc.mq_send(queue, b"a queue works", 13, 0)
message = ctypes.create_string_buffer(8192)
libc.mq_receive(queue, message, 8192, None)
print(message.value.decode())
