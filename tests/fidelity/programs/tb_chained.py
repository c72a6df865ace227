def parse(text):
    try:
        return int(text)
    except ValueError as error:
        raise LookupError(f"cannot read {text!r}") from error


try:
    parse("x")
except LookupError:
    {}["another"]
