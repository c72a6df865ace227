import logging

print(logging.root.handlers, logging.root.level, logging.lastResort, logging.raiseExceptions, logging.root.manager.disable)
logging.warning("root %s", "warning")
logging.getLogger("own").info("not shown")
logging.getLogger("own").error("shown")
logging.basicConfig(level=logging.DEBUG, format="%(levelname)s:%(name)s:%(funcName)s:%(lineno)d:%(threadName)s:%(processName)s:%(message)s", force=True)
logging.getLogger("own").debug("now shown")
try:
    1 / 0
except ZeroDivisionError:
    logging.exception("with a traceback")
