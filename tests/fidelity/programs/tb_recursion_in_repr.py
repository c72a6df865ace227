class Node:
    def __repr__(self):
        return f"<{self.other}>"


a, b = Node(), Node()
a.other, b.other = b, a
print(a)
