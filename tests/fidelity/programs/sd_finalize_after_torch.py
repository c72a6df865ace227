# Finalizers are called where the first of the process was made, and that is one of torch's.
import atexit
import os
import tempfile


def look(when):
    print(when, os.path.exists(folder.name))


atexit.register(look, "registered before torch")
import torch.nn as nn

atexit.register(look, "registered after torch")
folder = tempfile.TemporaryDirectory()
