import subprocess
import sys

child = subprocess.Popen([sys.executable, "-u", "-c", "for line in open(0): print(line.upper(), end='')"], stdin=-1, stdout=-1, text=True)
for word in ("one", "two"):
    child.stdin.write(word + "\n")
    child.stdin.flush()
    print(child.stdout.readline(), end="")
child.stdin.close()
print(child.wait(10))
try:
    subprocess.run(["sleep", "100"], timeout=0.1)
except subprocess.TimeoutExpired as error:
    print(str(error)[:40])
try:
    subprocess.run(["false"], check=True)
except subprocess.CalledProcessError as error:
    print(error)
try:
    subprocess.run(["no-such-program"])
except FileNotFoundError as error:
    print(error)
print(subprocess.run([sys.executable, "-c", "import os; print([k for k in os.environ if 'JOBE' in k])"], capture_output=True).stdout)
