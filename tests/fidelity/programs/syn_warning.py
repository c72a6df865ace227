x = 5
if x is 5:
    print("a warning is a compile error")
