import helper

mine = helper.Thing("global of main")
helper.also = helper.Thing("attached from outside")


def f():
    return mine
