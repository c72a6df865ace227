import gc

gc.callbacks.append(lambda phase, facts: print(phase, facts))
print("end of main")
