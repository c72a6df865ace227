import multiprocessing as mp
import sys

print("imported as", __name__, flush=True)


def work(n):
    print("child", n, __name__, sys.argv, sys.flags.dont_write_bytecode, flush=True)
    return n * n


if __name__ == "__main__":
    with mp.get_context("spawn").Pool(1) as pool:
        print(pool.map(work, [1, 2]))
