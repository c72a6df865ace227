import types_
import utils

print(utils.NAME, types_.NAME)
