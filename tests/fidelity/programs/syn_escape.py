print("a deprecated escape, \d, does not stop a program")
