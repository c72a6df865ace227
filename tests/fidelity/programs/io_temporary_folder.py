import os
import tempfile

os.mkdir("mine")
os.environ["TMPDIR"] = os.path.abspath("mine")
with tempfile.NamedTemporaryFile() as file:
    print(os.path.dirname(file.name), tempfile.gettempdir(), os.listdir("mine") != [])
