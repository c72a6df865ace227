import sys

for number in range(40_000):
    print(number, "." * 40)
sys.stdout.write("the end")
