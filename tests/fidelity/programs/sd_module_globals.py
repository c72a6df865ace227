import helper


def f():
    return helper


helper.kept.name = "renamed"
print("end of main")
