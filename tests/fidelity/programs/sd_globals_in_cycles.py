# A function's globals are the module's dictionary: with one function the module is a cycle.
class Thing:
    def __del__(self):
        print("gone", function is not None, len("builtins work"))


def function():
    return thing


thing = Thing()
print("end of main")
