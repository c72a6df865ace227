import sys

sys.stdout.write("no newline at the end")
sys.path.clear()
sys.modules.pop("os", None)
