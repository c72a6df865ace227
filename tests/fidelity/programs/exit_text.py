import sys

sys.exit("a message on stderr, статус 1")
