import locale
import time

print(locale.setlocale(locale.LC_ALL, None), locale.getlocale(), locale.getpreferredencoding(), locale.getencoding())
print(locale.localeconv(), time.tzname, time.timezone, time.daylight)
print(time.strftime("%A %B %Z", time.gmtime(0)), time.localtime(0))
print(sorted(["ё", "a", "Z", "б"], key=locale.strxfrm), f"{1234567:n}")
