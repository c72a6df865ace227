class Thing:
    def __del__(self):
        print("gone", Thing is not None)


def function():
    """Its attribute goes with it."""


function.attribute = Thing()
print("end of main")
