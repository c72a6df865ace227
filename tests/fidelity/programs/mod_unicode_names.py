import unicodedata

import importlib

open("модуль.py", "w").write("имя = 'ё'\n")
importlib.invalidate_caches()
import модуль

print(модуль.имя, unicodedata.name(модуль.имя))
