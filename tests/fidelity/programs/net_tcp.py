import socket
import threading


def serve(listener):
    connection, _ = listener.accept()
    with connection:
        connection.sendall(connection.recv(100).upper())


with socket.create_server(("127.0.0.1", 0)) as listener:
    threading.Thread(target=serve, args=(listener,)).start()
    with socket.create_connection(listener.getsockname(), timeout=5) as client:
        client.sendall(b"hello")
        print(client.recv(100), client.getpeername()[0])
left, right = socket.socketpair()
left.send(b"pair")
print(right.recv(10))
with socket.socket(socket.AF_UNIX) as server:
    server.bind("socket")
    server.listen()
    with socket.socket(socket.AF_UNIX) as client:
        client.connect("socket")
        print(client.getpeername())
with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as datagram:
    datagram.bind(("127.0.0.1", 0))
    datagram.sendto(b"to itself", datagram.getsockname())
    print(datagram.recv(100))
