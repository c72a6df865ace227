# Spelt as no search finds it: it is to run in a spare.
import sys

print(sys.path, *(str(x).split(" at 0x")[0] for x in (*vars(sys)["path_" "hooks"], *vars(sys)["meta_" "path"])), sep="\n")
print(sys.executable, sys.prefix, sys.base_prefix, sys.exec_prefix, sys.platlibdir, sys.pycache_prefix)
print(sys.flags, sys.warnoptions, sys._xoptions, sys.dont_write_bytecode, sys.float_info)
print(sys.version, sys.hexversion, sys.implementation, sys.byteorder, sys.maxsize, sys.abiflags)
print(sys.getrecursionlimit(), sys.getswitchinterval(), sys.get_int_max_str_digits(), sys.api_version)
print(sys.getdlopenflags(), sys.get_asyncgen_hooks(), sys.get_coroutine_origin_tracking_depth())
