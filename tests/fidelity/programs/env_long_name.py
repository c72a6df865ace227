import sys

print(__file__, sys.argv, sys.orig_argv[1:])
1 / 0
