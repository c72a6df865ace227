import pdb


def f(x):
    y = x + 1
    return y


pdb.set_trace()
print(f(1))
