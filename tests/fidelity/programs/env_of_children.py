import subprocess

print(subprocess.run(["env"], capture_output=True, text=True, check=True).stdout)
print(subprocess.run(["cat", "/proc/self/environ"], capture_output=True, check=True).stdout)
