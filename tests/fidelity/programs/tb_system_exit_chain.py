try:
    1 / 0
except ZeroDivisionError as error:
    raise SystemExit("leaving because of it") from error
