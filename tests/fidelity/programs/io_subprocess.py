import subprocess
import sys

print("before", flush=True)
subprocess.run(["echo", "child"], check=True)
done = subprocess.run([sys.executable, "-c", "import sys; print(sys.argv, len(sys.argv) > 0); print(input())"], input="fed\n", text=True, capture_output=True)
print(done.stdout, done.stderr, done.returncode)
print(subprocess.run("cat; exit 3", shell=True).returncode)
print(subprocess.getoutput("pwd; echo $HOME"))
