import logging
import logging.handlers
import sys

stream = logging.StreamHandler(sys.stdout)
memory = logging.handlers.MemoryHandler(100, target=stream)
logging.getLogger().addHandler(memory)
logging.warning("held back until the shutdown")
print("end of main")
