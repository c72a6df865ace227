import queue
import threading

results, jobs, local = [], queue.Queue(), threading.local()
barrier, lock, condition = threading.Barrier(3), threading.RLock(), threading.Condition()


def work(n):
    local.n = n
    barrier.wait()
    while (job := jobs.get()) is not None:
        with lock:
            results.append(job * 2 + local.n - n)


for job in [*range(10), None, None, None]:
    jobs.put(job)
threads = [threading.Thread(target=work, args=(n,), name=f"w{n}") for n in range(3)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join(10)
print(sorted(results), hasattr(local, "n"), threads[0].is_alive(), threads[0].name)
