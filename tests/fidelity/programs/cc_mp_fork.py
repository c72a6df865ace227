import multiprocessing as mp
import os

VALUE = [1]


def work(queue, n):
    VALUE.append(n)
    queue.put((n, VALUE, mp.current_process().name, os.getpid() != parent))


if __name__ == "__main__":
    parent = os.getpid()
    print(mp.get_start_method(), mp.cpu_count(), mp.active_children())
    queue = mp.Queue()
    processes = [mp.Process(target=work, args=(queue, n)) for n in range(3)]
    for process in processes:
        process.start()
        print(queue.get())
    for process in processes:
        process.join()
        print(process.exitcode, process.name)
