# Warnings that the standard library gives once per place; a process that imported it earlier
# must not have used them up.
import asyncio
import datetime
import locale
import random
import unittest
import warnings

warnings.simplefilter("default")
locale.getdefaultlocale()
asyncio.get_event_loop()
import imp
import cgi
import telnetlib


class T(unittest.TestCase):
    def test(self):
        self.assertEquals(1, 1)


T("test").debug()
print(random.sample([3, 1], 2) is not None, int("1_0"), "\N{DEGREE SIGN}")
