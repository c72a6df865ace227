import codecs
import copyreg
import mimetypes
import sys

print(codecs.lookup("utf-8").name, codecs.lookup_error("strict"))
print(sys.getsizeof([]), sys.getsizeof({}), sys.intern("a") is "a".strip())
print(copyreg.dispatch_table[complex].__name__, hash(1.5), hash(2**61), hash((1, 2)))
print(int.__subclasses__()[0], ValueError.__mro__, issubclass(bool, int))
