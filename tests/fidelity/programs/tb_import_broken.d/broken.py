def fine():
    pass

def broken(
