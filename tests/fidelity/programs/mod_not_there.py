try:
    import pandas_of_the_future
except ModuleNotFoundError as error:
    print(error, error.name, error.path)
try:
    import os.path.x
except ModuleNotFoundError as error:
    print(error)
import torch.nothing_here
