import warnings


def f():
    warnings.warn("from a function", stacklevel=2)
    warnings.warn("deprecated", DeprecationWarning)
    warnings.warn("a resource", ResourceWarning)


for _ in range(2):
    f()
f()
warnings.simplefilter("always")
f()
with warnings.catch_warnings(record=True) as caught:
    f()
print([(str(w.message), w.category.__name__, w.filename, w.lineno) for w in caught])
warnings.simplefilter("error")
f()
