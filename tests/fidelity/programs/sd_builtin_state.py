# Spelt as no search finds it: it is to run in a spare.
import sys

sys.stdout.write("no newline at the end")
sys.path.clear()
vars(sys)["mod" "ules"].pop("os", None)
