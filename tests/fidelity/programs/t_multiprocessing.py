import torch
import torch.multiprocessing as mp


def work(queue, tensor, done):
    tensor.add_(1)
    queue.put(torch.arange(3.0) * 2)
    done.wait()


if __name__ == "__main__":
    tensor = torch.zeros(4).share_memory_()
    queue, done = mp.Queue(), mp.Event()
    process = mp.Process(target=work, args=(queue, tensor, done))
    process.start()
    print(queue.get(), tensor)
    done.set()
    process.join()
    print(process.exitcode, tensor.is_shared())
