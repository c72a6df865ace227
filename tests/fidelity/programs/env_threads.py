import _thread
import os
import signal
import sys
import threading

main = threading.main_thread()
print(main.name, main is threading.current_thread(), main.ident == threading.get_ident(), main.native_id == threading.get_native_id() == os.getpid())
print(threading.active_count(), threading.enumerate() == [main], _thread._count(), len(os.listdir("/proc/self/task")))
print(len(sys._current_frames()), main.daemon, threading.stack_size(), threading.gettrace())
try:
    _thread.interrupt_main()
except KeyboardInterrupt:
    print("interrupted")
try:
    signal.raise_signal(signal.SIGINT)
except KeyboardInterrupt:
    print("interrupted again")
