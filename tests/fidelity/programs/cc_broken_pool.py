import concurrent.futures as cf
import os

if __name__ == "__main__":
    with cf.ProcessPoolExecutor(1) as pool:
        try:
            pool.submit(os._exit, 1).result()
        except cf.process.BrokenProcessPool as error:
            print(error)
            raise SystemExit("broken")
