print("this is the program's own random")


def random():
    return 4
