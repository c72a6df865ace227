import os

# The child ends as a program does; then the parent looks.
pid = os.fork()
if pid == 0:
    file = open("result", "w")
    file.write("never closed")
    forgotten = os.fdopen(os.open("raw", os.O_CREAT | os.O_WRONLY), "w")
    forgotten.write("nor this")
else:
    print(os.waitpid(pid, 0)[1])
    print(repr(open("result").read()), repr(open("raw").read()))
