import gc
import sys
import warnings

print(gc.isenabled(), gc.get_threshold(), gc.get_debug(), gc.callbacks, gc.garbage)
print(sys.gettrace(), sys.getprofile(), sys.is_finalizing(), sys._git[0], sys.stdlib_module_names >= {"os"})

print(warnings.showwarning.__module__, hasattr(sys.modules["__main__"], "__warningregistry__"))
