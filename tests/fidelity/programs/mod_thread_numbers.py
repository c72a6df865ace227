import os
import threading

main = threading.main_thread()
print(main.native_id == threading.get_native_id() == os.getpid())
print(main.ident == threading.get_ident())
seen = []
thread = threading.Thread(target=lambda: seen.append(threading.get_native_id()))
thread.start()
thread.join()
print(seen == [thread.native_id], thread.native_id != main.native_id)
