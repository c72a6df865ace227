import atexit
import concurrent.futures

pool = concurrent.futures.ThreadPoolExecutor(1)
print(pool.submit(len, [1]).result())
atexit.register(pool.submit, print, "too late")
