import os
import socket
import stat

candidates = {
    "/var/run/docker.sock",
    "/run/docker.sock",
    "/run/containerd/containerd.sock",
    "/run/podman/podman.sock",
    "/run/crio/crio.sock",
    "/run/systemd/private",
    "/run/systemd/journal/socket",
    "/run/dbus/system_bus_socket",
    "/run/nvidia-persistenced/socket",
    "/dev/log",
}
for root in ("/run", "/var/run", "/tmp", "/var/lib", "/dev"):
    for folder, _, names in os.walk(root):
        candidates.update(os.path.join(folder, name) for name in names)
open_ones = []
for path in sorted(candidates):
    for kind in (socket.SOCK_STREAM, socket.SOCK_DGRAM):
        try:
            if stat.S_ISSOCK(os.stat(path).st_mode):
                with socket.socket(socket.AF_UNIX, kind) as stream:
                    stream.connect(path)
                open_ones.append(path)
        except OSError:
            pass
print(f"BREACH {open_ones}" if open_ones else "none")
