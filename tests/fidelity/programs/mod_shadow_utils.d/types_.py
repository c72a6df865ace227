NAME = "own types_"
