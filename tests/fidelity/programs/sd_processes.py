import multiprocessing
import os
import time


def work(text, seconds):
    time.sleep(seconds)
    os.write(1, text)


if __name__ == "__main__":
    multiprocessing.Process(target=work, args=(b"joined at exit\n", 0.3)).start()
    multiprocessing.Process(target=work, args=(b"killed at exit\n", 60), daemon=True).start()
    print("end of main", flush=True)
