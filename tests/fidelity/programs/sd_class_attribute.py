class Thing:
    def __del__(self):
        print("gone", type(self).__name__, Thing is not None)


Thing.of_its_own_class = Thing()
print("end of main")
