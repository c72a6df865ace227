class Thing:
    def __del__(self):
        print("gone", self.other is not None, self.other.other is self)


a, b = Thing(), Thing()
a.other, b.other = b, a


def function():
    return a


print("end of main")
