from queue import Queue

q = Queue()
q.put(1)
print(q, q.get(), Queue.__module__)
