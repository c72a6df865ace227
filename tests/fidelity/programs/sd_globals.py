class Thing:
    def __init__(self, name):
        self.name = name

    def __del__(self):
        print("gone", self.name)


first = Thing("first")
second = Thing("second")
_private = Thing("private")
nested = [Thing("in a list")]
print("end of main")
