import concurrent.futures
import time


def work(n):
    time.sleep(n / 10)
    return n


pool = concurrent.futures.ThreadPoolExecutor(2)
for n in (4, 1, 2):
    pool.submit(work, n).add_done_callback(lambda future: print("done", future.result()))
print("end of main")
