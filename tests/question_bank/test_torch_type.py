"""The question type python3_torch: what crosses to the test, and what a student sees."""

import pytest

from tests.question_bank.torch_type import got, graded, question

pytestmark = pytest.mark.cell


@pytest.mark.parametrize(
    ("answer", "test", "printed"),
    [
        pytest.param(
            "x = 1, 2.5, 'a', None, True", "print(x)", "(1, 2.5, 'a', None, True)", id="plain"
        ),
        pytest.param("x = {1: [2, (3,)]}", "print(x)", "{1: [2, (3,)]}", id="containers"),
        pytest.param(
            "import math; x = [math.inf, -math.inf, math.nan]",
            "print(x)",
            "[inf, -inf, nan]",
            id="no ordinary floats",
        ),
        pytest.param("x = 10**30", "print(x)", "1" + "0" * 30, id="long integers"),
        pytest.param(
            "import torch; x = torch.arange(4).reshape(2, 2) / 2",
            "print(x, x.dtype)",
            "tensor([[0.0000, 0.5000],\n        [1.0000, 1.5000]]) torch.float32",
            id="a tensor",
        ),
        pytest.param(
            "import torch; x = torch.tensor([True, False])",
            "print(x)",
            "tensor([ True, False])",
            id="a tensor of truths",
        ),
        pytest.param(
            "import torch; x = torch.tensor(1.5, dtype=torch.bfloat16)",
            "print(x)",
            "tensor(1.5000, dtype=torch.bfloat16)",
            id="a scalar of half precision",
        ),
        pytest.param(
            "import torch; x = torch.tensor([1 + 2j]).conj()",
            "print(x)",
            "tensor([1.-2.j])",
            id="a complex conjugate",
        ),
        pytest.param(
            "import torch; x = torch.zeros(0, 3)",
            "print(x)",
            "tensor([], size=(0, 3))",
            id="an empty tensor",
        ),
        pytest.param(
            "import torch; x = torch.ones(2, 3).T[1:]",
            "print(x)",
            "tensor([[1., 1.],\n        [1., 1.]])",
            id="a view",
        ),
        pytest.param(
            "import torch; x = torch.ones(2, requires_grad=True); (x * 3).sum().backward()",
            "print(x, x.grad)",
            "tensor([1., 1.], requires_grad=True) tensor([3., 3.])",
            id="a gradient",
        ),
        pytest.param(
            "import torch; w = torch.ones(2, requires_grad=True); x = w * 2; x.retain_grad()\n"
            "(x * 3).sum().backward()",
            "print(x, x.grad)",
            "tensor([2., 2.]) tensor([3., 3.])",
            id="a gradient that a result retains",
        ),
        pytest.param(
            "import torch; x = torch.ones(2, requires_grad=True) * 2",
            "print(x)",
            "tensor([2., 2.])",
            id="a result without its graph",
        ),
        pytest.param(
            "import torch; x = torch.float64, torch.ones(2, 3).shape",
            "print(x)",
            "(torch.float64, torch.Size([2, 3]))",
            id="type and size",
        ),
        pytest.param(
            "import torch; x = torch.device('cuda:1')",
            "print(repr(x), x == torch.device('cuda', 1))",
            "device(type='cuda', index=1) True",
            id="a device",
        ),
        pytest.param(
            "import numpy as np; x = np.eye(2), np.float64(2)",
            "print(x)",
            "(array([[1., 0.],\n       [0., 1.]]), 2.0)",
            id="arrays",
        ),
        pytest.param(
            "def f(a, *, b): return a + b",
            "print(f(1, b=torch.tensor(2)))",
            "tensor(3)",
            id="a function",
        ),
        pytest.param(
            "import torch; net = torch.nn.Linear(2, 1); net.weight.data.fill_(3); net.bias = None",
            "print(net(torch.ones(1, 2)), net.weight.shape, net)",
            "tensor([[6.]]) torch.Size([1, 2]) <Linear>",
            id="a model",
        ),
        pytest.param(
            "class B:\n def __init__(self, n): self.n = n\n def add(self, o): return self.n + o.n",
            "print(B(1).add(B(2)))",
            "3",
            id="a class, and objects handed back",
        ),
        pytest.param(
            "def f(n): raise ValueError(f'no {n}')",
            "try:\n    f(3)\nexcept ValueError as error:\n    print('refused:', error)",
            "refused: no 3",
            id="an exception",
        ),
        pytest.param(
            "x = 1",
            "print([x + i for i in range(3)], max(x, 2), math.pi > 3, np.sum([x]))",
            "[1, 2, 3] 2 True 1",
            id="what a test may use beside",
        ),
        pytest.param(
            "import sys; x = sys.stdin.read()",
            "print(repr(x))",
            "'anything\\n'",
            id="standard input",
        ),
    ],
)
def test_values_cross(server_url: str, answer: str, test: str, printed: str) -> None:
    assert got(server_url, answer, test) == [f"{printed}\n"]


def test_what_the_answer_prints_comes_where_it_was_printed(server_url: str) -> None:
    answer = "print('first')\ndef f():\n    print('in f')\n    return 'back'\n"
    assert got(server_url, answer, "print('test')\nprint(f())\nprint('end')") == [
        "first\ntest\nin f\nback\nend\n"
    ]


def test_much_output_arrives_whole(server_url: str) -> None:
    answer = "for i in range(40_000): print(i)"
    (seen,) = got(server_url, answer, "print('end')")
    assert seen == "".join(f"{i}\n" for i in range(40_000)) + "end\n"


def test_output_without_an_end_is_cut_short_and_told(server_url: str) -> None:
    (seen,) = got(server_url, "while True: print('again')", "print('end')")
    assert seen.startswith("again\nagain\n")
    assert len(seen) < 2000
    assert seen.endswith(
        "***Run error***\nThe answer printed more than there is room for. A loop without an end?\n"
    )


def test_warnings_are_not_shown(server_url: str) -> None:
    answer = (
        "import sys, torch, warnings\n"
        "x = torch.tensor(torch.ones(2))\n"
        "warnings.warn('look')\n"
        "print('said', file=sys.stderr)\n"
    )
    assert got(server_url, answer, "print(x)") == ["tensor([1., 1.])\n"]


def test_every_test_meets_the_same_random_numbers(server_url: str) -> None:
    answer = "import random, torch, numpy\nx = random.random(), torch.rand(1), numpy.random.rand()"
    first, second = got(server_url, answer, "print(x)", "print(x)")
    assert first == second
    assert "Run error" not in first


def test_an_exception_is_told_by_the_answers_own_lines(server_url: str) -> None:
    answer = "import torch\nx, w = torch.ones(1, 2), torch.ones(3, 2)\ny = x @ w\n"
    assert got(server_url, f"print('before')\n{answer}", "print(y)") == [
        (
            "before\n"
            "\n"
            "***Run error***\n"
            "Traceback (most recent call last):\n"
            '  File "answer.py", line 4, in <module>\n'
            "    y = x @ w\n"
            "        ~~^~~\n"
            "RuntimeError: mat1 and mat2 shapes cannot be multiplied (1x2 and 3x2)\n"
            "    x.shape = (1, 2)\n"
            "    w.shape = (3, 2)\n"
        )
    ]


@pytest.mark.parametrize(
    "answer",
    [
        pytest.param("x = 1\ny = x / 0\n", id="as in a file"),
        pytest.param("x = 1\r\ny = x / 0\r\n", id="as browsers send it"),
        pytest.param("x = 1\ny = x / 0", id="without a last line end"),
        pytest.param("x = '\u2028'\ny = x / 0\n", id="beside what is no line end in Python"),
    ],
)
def test_an_exception_is_shown_under_its_expression(server_url: str, answer: str) -> None:
    (seen,) = got(server_url, answer, "print(y)")
    assert '  File "answer.py", line 2, in <module>\n    y = x / 0\n        ~~^~~\n' in seen


def test_an_exception_in_a_library_shows_no_path_of_the_server(server_url: str) -> None:
    answer = "import torch\ny = torch.ones(2, requires_grad=True)\ny.backward()\n"
    (seen,) = got(server_url, answer, "print(y)")
    assert seen.count("File ") == 1
    assert seen.endswith("for scalar outputs\n    y.shape = (2,)\n")


def test_an_exception_in_a_function_is_told(server_url: str) -> None:
    (seen,) = got(server_url, "def f(n):\n    return n / 0\n", "print(f(1))")
    assert 'File "answer.py", line 2, in f\n    return n / 0\n' in seen
    assert seen.endswith("ZeroDivisionError: division by zero\n")


def test_an_answer_that_asks_for_more_input_than_there_is_is_told(server_url: str) -> None:
    (seen,) = got(server_url, "a = input()\nb = input()\n", "print(b)")
    assert 'File "answer.py", line 2, in <module>\n    b = input()\n' in seen
    assert seen.endswith("EOFError: EOF when reading a line\n")


def test_so_is_a_function_that_does(server_url: str) -> None:
    answer = "import sys\nsys.stdin.read()\ndef f():\n    return input()\n"
    (seen,) = got(server_url, answer, "print(f())")
    assert seen.endswith("EOFError: EOF when reading a line\n")


def test_a_byte_order_mark_is_skipped(server_url: str) -> None:
    assert got(server_url, "\ufeffx = 1\n", "print(x)") == ["1\n"]


def test_a_syntax_error_is_told(server_url: str) -> None:
    assert got(server_url, "x = 1\ny = = 2\n", "print(x)") == [
        (
            '***Run error***\n  File "answer.py", line 2\n    y = = 2\n        ^\n'
            "SyntaxError: invalid syntax\n"
        )
    ]


def test_a_missing_variable_is_told_by_the_tests_line(server_url: str) -> None:
    (seen,) = got(server_url, "x = 1", "print(x == y)")
    assert 'File "test.py", line 1, in <module>\n    print(x == y)\n' in seen
    assert seen.endswith("NameError: name 'y' is not defined\n")


def test_shapes_that_do_not_compare_are_told(server_url: str) -> None:
    answer = "import torch\nx, y = torch.ones(1, 3), torch.ones(2)\n"
    (seen,) = got(server_url, answer, "print(x == y)")
    assert seen.endswith("    x.shape = (1, 3)\n    y.shape = (2,)\n")


GIVEN = 'given("x", [1, 2], [5, 6])'


@pytest.mark.parametrize(
    ("answer", "printed"),
    [
        pytest.param("x = torch.tensor([1, 2])", "[5, 6]", id="the value of the page"),
        pytest.param("if True:\n    x = torch.tensor([1, 2])", "[5, 6]", id="within a block"),
        pytest.param("x = torch.arange(1, 3)", "[5, 6]", id="the same value made otherwise"),
        pytest.param("x, y = torch.tensor([1, 2]), 3", "[5, 6]", id="several at once"),
        pytest.param("y = x = torch.tensor([1, 2])", "[5, 6]", id="in a chain"),
        pytest.param("x: torch.Tensor = torch.tensor([1, 2])", "[5, 6]", id="with a type"),
        pytest.param("y = [x := torch.tensor([1, 2])]", "[5, 6]", id="within an expression"),
        pytest.param("x = torch.tensor([1, 2])\nx = x * 2", "[10, 12]", id="computed further"),
        pytest.param("x = torch.tensor([3, 4])", "[3, 4]", id="another value stays"),
        pytest.param("y = torch.tensor([1, 2])\nx = y", "[5, 6]", id="through another name"),
        pytest.param("x = torch.tensor([1, 2])\nassert x[0] == 1", "[5, 6]", id="asserted"),
        pytest.param(
            "x = torch.tensor([1, 2])\nif x[0] != 1: raise ValueError", "[5, 6]", id="raises later"
        ),
    ],
)
def test_given_values_are_replaced(server_url: str, answer: str, printed: str) -> None:
    answer = f"import torch\n{answer}"
    assert got(server_url, answer, "print(x.tolist())", extra=GIVEN) == [f"{printed}\n"]


def test_a_leaf_stays_a_leaf_when_its_value_is_replaced(server_url: str) -> None:
    answer = (
        "import torch\nx = torch.tensor([1., 2.], requires_grad=True)\n(x * x).sum().backward()"
    )
    assert got(server_url, answer, "print(x, x.grad)", extra=GIVEN) == [
        "tensor([5., 6.], requires_grad=True) tensor([10., 12.])\n"
    ]


def test_what_is_missing_after_an_exception_is_told_by_the_exception(server_url: str) -> None:
    (seen,) = got(server_url, "1 / 0\nx = 1", "print(x)", extra=GIVEN)
    assert seen.endswith("ZeroDivisionError: division by zero\n")


def test_names_of_the_tests_own_are_not_missing_after_an_exception(server_url: str) -> None:
    test = (
        "import re\n"
        "def twice(n): return 2 * n * factor\n"
        "factor = 1\n"
        "print([twice(each) for each in x], re.escape('a'), (lambda word: word)('b'))"
    )
    assert got(server_url, "x = [1, 2]\n1 / 0", test, extra=GIVEN) == ["[2, 4] a b\n"]


def test_what_a_function_of_the_test_needs_of_the_answer_is_there(server_url: str) -> None:
    test = "def show(): return x\nx = x + 1\nprint(show())"
    assert got(server_url, "x = 1", test) == ["2\n"]


def test_a_right_answer_earns_the_mark(server_url: str) -> None:
    assert graded(server_url, "x = 1", question(("print(x)", "1"))).fraction == 1
