import concurrent.futures as cf
import multiprocessing.dummy


def square(n):
    return n * n


if __name__ == "__main__":
    with cf.ProcessPoolExecutor(2) as pool:
        print(list(pool.map(square, range(5))), pool.submit(pow, 2, 10).result())
        try:
            pool.submit(divmod, 1, 0).result()
        except ZeroDivisionError as error:
            print(type(error.__cause__).__name__, error)
    with cf.ThreadPoolExecutor(3, thread_name_prefix="mine") as pool:
        print(list(pool.map(square, range(5))))
    with multiprocessing.dummy.Pool(2) as pool:
        print(pool.map(square, range(5)))
