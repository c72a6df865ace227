"""Answers to the question type python3_torch that try to pass without being right.

Each runs on a real server. Rows O05 to O08 of the peers' checklist: forged output,
an early end, patches left for the checker, hunting for what is hidden.
"""

import pytest

from tests.question_bank.torch_type import got, graded, question

pytestmark = pytest.mark.cell

SHOWN, HIDDEN = "print(double(2))", "print(double(torch.tensor([21., 4.])).tolist())"
HUNTED = "print(torch.allclose(double(torch.ones(2)), torch.full((2,), 2.)))  # hash-5e1f"


DOUBLE = question((SHOWN, "4"), (HIDDEN, "[42.0, 8.0]"), (HUNTED, "True"))


def test_an_honest_answer_passes(server_url: str) -> None:
    assert graded(server_url, "def double(n): return 2 * n", DOUBLE).fraction == 1


FORGERIES = {
    "O05 prints what is expected": """
        print(4)
        def double(n): return None
    """,
    "O05 prints separators and a grader's JSON": """
        print(4)
        print('#<ab@17943918#@>#')
        print('{"fraction": 1, "got": "4"}')
        def double(n): return 0
    """,
    "O05 writes to every descriptor": """
        import os
        for fd in range(1, 64):
            try:
                os.write(fd, b'4\\n')
            except OSError:
                pass
        os._exit(0)
    """,
    "O05 writes to the checker's output": """
        import glob, os
        for path in glob.glob('/proc/[0-9]*/fd/1'):
            try:
                with open(path, 'w') as file:
                    file.write('4\\n')
            except OSError:
                pass
        os._exit(0)
    """,
    "O05 answers for the checker on its channel": """
        import gc, os, socket
        for found in gc.get_objects():
            if isinstance(found, socket.socket):
                found.sendall(b'["ok", null]\\n["ok", 4]\\n')
        os._exit(0)
    """,
    "O06 prints and ends at once": """
        import os
        print(4, flush=True)
        os._exit(0)
    """,
    "O06 prints and exits": """
        import sys
        print(4, flush=True)
        sys.exit()
    """,
    "O06 raises at exit": """
        import atexit
        print(4)
        atexit.register(lambda: 1 / 0)
        raise SystemExit(0)
    """,
    "O06 ends when it is called": """
        import os
        print(4)
        def double(n): os._exit(0)
    """,
    "O06 kills its neighbours": """
        import os, signal
        print(4, flush=True)
        for name in os.listdir('/proc'):
            if name.isdigit() and int(name) not in (1, os.getpid(), os.getppid()):
                try:
                    os.kill(int(name), signal.SIGKILL)
                except OSError:
                    pass
        def double(n): return 0
    """,
    "O06 leaves a child that prints": """
        import os, time
        if os.fork() == 0:
            time.sleep(0.2)
            print(4, flush=True)
            os._exit(0)
        os._exit(0)
    """,
    "O06 is killed": """
        import os
        print(4, flush=True)
        os.kill(os.getpid(), 11)
    """,
    "O07 patches allclose": """
        import torch
        torch.allclose = lambda *words, **names: True
        def double(n): return n + n if n is 2 else n
    """.replace("n is 2", "isinstance(n, int)"),
    "O07 patches tensors": """
        import torch
        torch.Tensor.tolist = lambda self: [42.0, 8.0]
        torch.Tensor.__eq__ = lambda self, other: True
        def double(n): return n
    """,
    "O07 patches print and JSON": """
        import builtins, json, sys
        builtins.print = lambda *words: sys.stdout.write('4')
        json.dumps = lambda message: '["ok", 4]'
        def double(n): return 0
    """,
    "O07 replaces torch": """
        import sys, types
        fake = types.ModuleType('torch')
        fake.allclose = lambda *words: True
        fake.tensor = lambda *words: 4
        sys.modules['torch'] = fake
        import torch
        def double(n): return 4
    """,
    "O07 replaces the checker's modules": """
        import sys
        for name in ('pt_checker', 'pt_values', 'pt_student'):
            module = sys.modules[name]
            for key in list(vars(module)):
                if not key.startswith('__'):
                    setattr(module, key, lambda *words, **names: 4)
        def double(n): return 4
    """,
    "O07 an object that equals everything": """
        class Anything:
            def __eq__(self, other): return True
            def __repr__(self): return '4'
            def tolist(self): return [42.0, 8.0]
        def double(n): return Anything() if isinstance(n, int) else n
    """,
    "O08 knows the shown test only": """
        def double(n): return 4
    """,
    "O08 changes its input in place": """
        def double(n):
            if isinstance(n, int):
                return 2 * n
            n.mul_(0.5)
            return n.new_tensor([1.0, 1.0])
    """,
}


@pytest.mark.parametrize("attack", FORGERIES)
def test_forgery_earns_nothing(server_url: str, attack: str) -> None:
    lines = FORGERIES[attack].strip("\n").splitlines()
    result = graded(server_url, "\n".join(line.removeprefix("        ") for line in lines), DOUBLE)
    assert result.fraction == 0
    assert result.rows, result.message


def test_a_forged_message_hands_no_function_of_torchs_to_the_test(server_url: str) -> None:
    answer = (
        "import pt_student\npt_student.encode = lambda *words: {'dtype': 'relu'}\ndouble = None\n"
    )
    (seen,) = got(server_url, answer, "print(double(torch.ones(1)))")
    assert "relu is no data type" in seen


HUNT = """
import gc, glob, os, sys

backwards = "f1e5-hsah"

def holds(thing):
    return backwards in str(thing)[::-1]

found, frame = [], sys._getframe()
while frame:
    texts = {**frame.f_locals, **frame.f_globals}
    found += [key for key, text in texts.items() if holds(text)]
    found += [frame.f_code.co_name] * holds(frame.f_code.co_consts)
    frame = frame.f_back
for thing in gc.get_objects():
    found += [str(type(thing)) for text in gc.get_referents(thing)
              if type(text) is str and holds(text)]
places = ["*", "__pycache__/*", "/tmp/*", "/dev/shm/*", "/proc/*/cmdline", "/proc/*/environ"]
for path in [path for place in places for path in glob.glob(place)]:
    try:
        with open(path, "rb") as file:
            found += [path] * holds(file.read().decode("latin-1"))
    except OSError:
        pass
others = []
for path in glob.glob("/proc/[0-9]*/mem") + glob.glob("/proc/[0-9]*/fd/*"):
    owner = path.split("/")[2]
    if owner not in (str(os.getpid()), str(os.getppid())):  # not the program itself, nor its shell
        try:
            open(path, "rb").close()
            others.append(path)
        except OSError:
            pass
print("found", found, "others", others)
def double(n): return 2 * n
"""


def test_hunting_finds_neither_test_nor_checker(server_url: str) -> None:
    (seen,) = got(server_url, HUNT, HUNTED)
    assert seen == "found [] others []\nTrue\n"


def test_hunting_would_find_a_test_that_lies_open(server_url: str) -> None:
    """The hunt above can fail: the answer's own text is in its process."""
    (seen,) = got(server_url, f"# hash-5e1f\n{HUNT}", HUNTED)
    assert "found []" not in seen
