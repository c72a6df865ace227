# A template looks afterwards what an answer has imported.
import sys

import json

forbidden = [name for name in ("numpy", "torch", "random", "statistics") if name in sys.modules]
print(forbidden, {name.partition(".")[0] for name in sys.modules} & {"socket", "json", "html"})
