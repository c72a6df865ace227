import pickle
import sys

pickle.dump({"a": [1, 2.5, None]}, sys.stdout.buffer)
