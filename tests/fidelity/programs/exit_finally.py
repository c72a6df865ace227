import sys


def f():
    try:
        sys.exit(1)
    finally:
        print("finally")


try:
    f()
except SystemExit as error:
    print("caught", error.code)
with open("x", "w") as file:
    sys.exit(6)
