import errno
import os
import shutil
import stat
import subprocess

from attempt import attempt

status = {line.partition(":")[0]: line.partition(":")[2].strip() for line in open("/proc/self/status")}
for name in ("NoNewPrivs", "CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb"):
    print(name, status[name], flush=True)


def own_setuid_file():
    shutil.copy("/bin/sh", "shell")
    os.chmod("shell", 0o6755)
    done = subprocess.run(["./shell", "-p", "-c", "id -u"], capture_output=True, text=True)
    if done.stdout.strip() == str(os.getuid()):
        raise PermissionError(errno.EPERM, "no gain")
    return done


# 0 is root also inside a user namespace; where it is not mapped the answer is EINVAL.
attempt("setuid", lambda: os.setuid(0), errno.EINVAL)
attempt("setgid", lambda: os.setgid(0), errno.EINVAL)
attempt("setgroups", lambda: os.setgroups([0]), errno.EINVAL)
attempt("chown", lambda: os.chown("prog.py", 0, 0), errno.EINVAL)
attempt("own setuid file", own_setuid_file)
gained = []
for folder in ("/usr/bin", "/bin", "/usr/sbin", "/usr/lib/openssh"):
    for name in os.listdir(folder) if os.path.isdir(folder) else ():
        path = os.path.join(folder, name)
        try:
            mode = os.stat(path).st_mode
        except OSError:
            continue
        if stat.S_ISREG(mode) and mode & stat.S_ISUID:
            child = subprocess.Popen([path], stdin=-3, stdout=-3, stderr=-3)
            try:
                with open(f"/proc/{child.pid}/status") as file:
                    uids = next(line for line in file if line.startswith("Uid:")).split()[1:]
                if set(uids) != {str(os.getuid())}:
                    gained.append((path, uids))
            except OSError:
                pass
            child.kill()
            child.wait()
for command in (["sudo", "-n", "id"], ["su", "-c", "id"], ["pkexec", "id"]):
    if shutil.which(command[0]):
        done = subprocess.run(command, stdin=-3, capture_output=True, text=True)
        if "uid=0" in done.stdout:
            gained.append(command)
print(f"BREACH {gained}" if gained else "gained nothing")
