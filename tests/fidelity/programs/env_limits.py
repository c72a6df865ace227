import resource

for name in sorted(dir(resource)):
    # The data limit is on top of what was mapped; a waiting spare counts as a process.
    if name.startswith("RLIMIT_") and name not in ("RLIMIT_DATA", "RLIMIT_NPROC"):
        print(name, resource.getrlimit(getattr(resource, name)))
print(resource.getrusage(resource.RUSAGE_CHILDREN)[:2])
