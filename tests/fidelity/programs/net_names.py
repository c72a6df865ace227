import errno
import socket

print(sorted({i[4][0] for i in socket.getaddrinfo("localhost", 80)}), socket.gethostbyname("127.0.0.1"))
print(socket.if_nameindex(), socket.getservbyname("http"), socket.inet_aton("127.1"))
for target in ("8.8.8.8", "10.0.0.1", "::1"):
    try:
        socket.create_connection((target, 9), timeout=2)
    except OSError as error:
        print(target, errno.errorcode.get(error.errno), error)
try:
    socket.getaddrinfo("example.org", 80)
except socket.gaierror as error:
    print(error)
