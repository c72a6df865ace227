import resource

for name in sorted(dir(resource)):
    # The data limit is on top of what was mapped already: that differs.
    if name.startswith("RLIMIT_") and name != "RLIMIT_DATA":
        print(name, resource.getrlimit(getattr(resource, name)))
print(resource.getrusage(resource.RUSAGE_CHILDREN)[:2])
