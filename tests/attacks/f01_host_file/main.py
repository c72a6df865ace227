import errno
import os

from attempt import attempt

path = input()
attempt("read", lambda: open(path).read(), errno.ENOENT)
attempt("write", lambda: open(path, "a").write("x"), errno.ENOENT)
attempt("replace", lambda: os.replace("prog.py", path), errno.ENOENT, errno.EXDEV)
attempt("link", lambda: os.link(path, "stolen"), errno.ENOENT, errno.EXDEV)
attempt("list", lambda: os.listdir(os.path.dirname(path)), errno.ENOENT)
