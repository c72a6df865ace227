import gc
import sys
import weakref

import torch

x = torch.ones(3)
watch = weakref.ref(x, lambda _: print("tensor gone"))
storage = x.untyped_storage()
print(sys.getrefcount(x), storage.nbytes(), x.data_ptr() % 64, x.element_size(), x.stride(), x._version)
view = x[1:]
del x
print("deleted", view._base is None, watch() is None)
layer = torch.nn.Linear(1, 1)
layer.me = [layer]
gone = weakref.ref(layer, lambda _: print("layer gone"))
del layer
gc.collect()
print("end", gone() is None)
