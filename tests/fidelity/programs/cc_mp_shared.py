import multiprocessing as mp
from multiprocessing import shared_memory


def work(counter, array, lock, connection, name):
    with lock:
        counter.value += 1
        array[0] = 2.5
    connection.send("done")
    memory = shared_memory.SharedMemory(name)
    memory.buf[0] = 42
    memory.close()


if __name__ == "__main__":
    counter, array, lock = mp.Value("i", 1), mp.Array("d", 3), mp.Lock()
    ours, theirs = mp.Pipe()
    memory = shared_memory.SharedMemory(create=True, size=16)
    process = mp.Process(target=work, args=(counter, array, lock, theirs, memory.name))
    process.start()
    process.join()
    print(counter.value, array[:], ours.recv(), memory.buf[0])
    memory.close()
    memory.unlink()
    with mp.Manager() as manager:
        shared = manager.dict(a=1)
        process = mp.Process(target=shared.update, args=({"b": 2},))
        process.start()
        process.join()
        print(dict(shared))
