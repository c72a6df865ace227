import getpass
import grp
import os
import platform
import pwd
import socket

print(pwd.getpwuid(os.getuid()), grp.getgrgid(os.getgid()), getpass.getuser())
print(platform.uname(), platform.node(), socket.gethostname(), socket.getfqdn())
print(platform.platform(), platform.python_implementation(), platform.libc_ver())
print(os.path.expanduser("~"), os.path.expanduser("~root"), os.access(".", os.W_OK))
