# A meta path finder of the program's own sees what the program imports.
import sys


class Finder:
    def find_spec(self, name, path, target=None):
        print("asked for", name)


sys.meta_path.insert(0, Finder())
try:
    import this_does_not_exist
except ImportError as error:
    print(error)
