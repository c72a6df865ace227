import argparse
import sys

print(sys.argv)
print(sys.orig_argv[1:])
parser = argparse.ArgumentParser()
parser.add_argument("-v", action="store_true")
parser.add_argument("--name")
parser.add_argument("words", nargs="*")
print(parser.parse_args(), parser.prog)
parser.print_help()
