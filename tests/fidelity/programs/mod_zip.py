import sys
import zipfile

with zipfile.ZipFile("lib.zip", "w") as archive:
    archive.writestr("inzip.py", "print(__file__, __loader__)\ndef f():\n    raise ValueError('from a zip')\n")
sys.path.insert(0, "lib.zip")
import inzip

inzip.f()
