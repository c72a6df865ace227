import threading


def work():
    raise ValueError("in a thread")


for name in (None, "named"):
    thread = threading.Thread(target=work, name=name)
    thread.start()
    thread.join()
print("main goes on", threading.current_thread().name)
