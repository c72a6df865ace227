class Thing:
    def __init__(self, name):
        self.name = name

    def __del__(self):
        print("gone", self.name)


kept = Thing("global of a module")


def function():
    return kept
