import gc


class Node:
    def __del__(self):
        print("collected", self.name)


for name in "ab":
    node = Node()
    node.name, node.self = name, node
del node
gc.disable()
last = Node()
last.name, last.self = "last", last
del last
print("end of main", gc.isenabled())
