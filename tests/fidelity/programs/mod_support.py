import importlib
import os

import helper

print(helper.VALUE + 1, open("data.txt").read(), sorted(os.listdir(".")))
importlib.reload(helper)
from helper import VALUE
print(VALUE, helper)
