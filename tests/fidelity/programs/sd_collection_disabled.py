import gc


class Thing:
    def __del__(self):
        print("gone", gc.isenabled())


gc.callbacks.append(lambda phase, _: print(phase))
gc.disable()
thing = Thing()
thing.self = thing
del thing
print("end of main")
