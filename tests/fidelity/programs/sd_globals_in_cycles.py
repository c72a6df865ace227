# A function's globals are the module's dictionary: with one function the module is a cycle.
class Thing:
    def __init__(self, name):
        self.name = name

    def __del__(self):
        print("gone", self.name, function is not None)


def function():
    return thing


thing = Thing("thing")
pair = [Thing("a"), Thing("b")]
pair[0].other, pair[1].other = pair[1], pair[0]
function.attribute = Thing("attribute of a function")
Thing.of_class = Thing("attribute of its own class")
print("end of main")
