import os
import tempfile

with open("text.txt", "w") as file:
    print(file.encoding, file.newlines, file.buffer)
    file.write("ё\r\n")
print(open("text.txt", "rb").read(), oct(os.stat("text.txt").st_mode))
os.makedirs("a/b")
print(sorted(os.walk(".")), oct(os.stat("a").st_mode))
with tempfile.NamedTemporaryFile() as file:
    print(os.path.dirname(file.name), tempfile.gettempdir(), oct(os.stat(file.name).st_mode))
with tempfile.TemporaryDirectory() as folder:
    print(os.listdir(folder))
