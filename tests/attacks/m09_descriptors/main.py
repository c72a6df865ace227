import errno
import os

try:
    while True:
        os.dup(0)
except OSError as error:
    code = error.errno
print(errno.errorcode[code])
