import faulthandler
import re


def f():
    with open("dump", "w+") as file:
        faulthandler.dump_traceback(file)
        file.seek(0)
        print(re.sub("0x[0-9a-f]+", "0x0", file.read()))


print(faulthandler.is_enabled())
f()
