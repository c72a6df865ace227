import multiprocessing as mp
import os
import signal


def fail():
    raise ValueError("in a child")


if __name__ == "__main__":
    for target, arguments in ((fail, ()), (exit, (3,)), (os._exit, (4,)), (os.abort, ())):
        process = mp.Process(target=target, args=arguments)
        process.start()
        process.join()
        print(process.exitcode, flush=True)
    with mp.Pool(1) as pool:
        pool.apply(fail)
