import os

target = os.path.dirname(input())
here = os.getcwd()
for action in (
    lambda: os.rename(here, here + ".old"),
    lambda: os.rmdir(here),
    lambda: os.symlink(target, here),
    lambda: os.symlink(target, here + "/../jobe_next"),
    lambda: os.rename("/tmp", "/tmp.old"),
    lambda: os.symlink(target, "/tmp/host"),
    lambda: os.rename(os.environ["HOME"], os.environ["HOME"] + ".old"),
    lambda: os.symlink(target, os.environ["HOME"]),
):
    try:
        action()
    except OSError:
        pass
print("done")
