import io
import re
import unittest


class Tests(unittest.TestCase):
    def setUp(self):
        self.x = 1

    def test_good(self):
        self.assertEqual(self.x, 1)

    def test_bad(self):
        self.assertEqual(self.x, 2, "not two")

    def test_error(self):
        raise KeyError("x")

    @unittest.skip("later")
    def test_skipped(self):
        pass

    def test_sub(self):
        for i in range(3):
            with self.subTest(i=i):
                self.assertNotEqual(i, 1)


text = io.StringIO()
program = unittest.main(exit=False, verbosity=2, testRunner=unittest.TextTestRunner(stream=text, verbosity=2))
print(re.sub(r"in [0-9.]+s", "in 0s", text.getvalue()))
raise SystemExit(not program.result.wasSuccessful())
