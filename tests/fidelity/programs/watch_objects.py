# All that there is; preloaded objects are kept out of it.
import gc

print(len(gc.get_objects()) > 3000)
