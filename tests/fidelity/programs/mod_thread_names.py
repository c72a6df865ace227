import asyncio
import concurrent.futures
import multiprocessing
import threading


def name():
    return threading.current_thread().name


async def task():
    return asyncio.current_task().get_name()


threads = [threading.Thread(target=lambda: None) for _ in range(2)]
print([thread.name for thread in threads])
with concurrent.futures.ThreadPoolExecutor(1) as pool:
    print(pool.submit(name).result())
print(multiprocessing.Process(target=print).name, multiprocessing.current_process().name)
print(multiprocessing.current_process(), multiprocessing.parent_process())


async def main():
    return await asyncio.gather(task(), task())


print(asyncio.run(main()))
print(threading.Timer(1, print).name, threading.Thread(target=print).name)
