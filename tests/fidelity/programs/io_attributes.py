import io
import sys

for stream in (sys.stdin, sys.stdout, sys.stderr):
    print(stream, stream.encoding, stream.errors, stream.newlines, stream.line_buffering, stream.write_through)
    print(stream.buffer, stream.buffer.raw, stream.fileno(), stream.isatty(), stream.name, stream.mode)
    print(stream.seekable(), stream.buffer.seekable(), stream.buffer.raw.closefd, stream.closed)
print(sys.stdin is sys.__stdin__, sys.stdout is sys.__stdout__, io.DEFAULT_BUFFER_SIZE)
print(sys.getdefaultencoding(), sys.getfilesystemencoding(), sys.getfilesystemencodeerrors())
