"""What the clients of Jobe rely on, language by language (protocol reference §14).

The programs are our own; the points are those that Jobe's own tester checks.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import pytest

from tests.golden.conftest import Served

pytestmark = pytest.mark.cell


@dataclass(frozen=True)
class Point:
    """A program and what must become of it."""

    id: str
    language: str
    source: str
    outcome: int
    stdout: str | None = None
    """None where it may be anything."""
    stderr: str | None = None
    spec: dict[str, Any] = field(default_factory=dict)
    files: dict[str, str] = field(default_factory=dict)


def c(body: str) -> str:
    return f"#include <stdio.h>\n#include <stdlib.h>\n#include <unistd.h>\n{body}\n"


def java(name: str, body: str) -> str:
    return f"public class {name} {{ public static void main(String[] args) {{ {body} }} }}"


ACCENTS = "Žluťoučký kůň, ελληνικά, тест, 漢字"

POINTS = [
    Point(
        "a program may take the time it asks for",
        "python3",
        "import time\nuntil = time.time() + 6\nwhile time.time() < until: pass\nprint('done')",
        15,
        "done\n",
        spec={"parameters": {"cputime": 15}},
    ),
    Point(
        "ids of files need not be hashes",
        "python3",
        "print(open('one').read(), open('two').read())",
        15,
        "first second\n",
        spec={"file_list": [["anyid0000001", "one"], ["anyid0000002", "two"]]},
        files={"anyid0000001": "Zmlyc3Q=", "anyid0000002": "c2Vjb25k"},
    ),
    Point(
        "a program may run another and give it a home",
        "python3",
        "import os, subprocess, sys\nos.mkdir('home')\n"
        "env = {'HOME': os.path.abspath('home'), 'PATH': os.environ['PATH']}\n"
        "open('other.py', 'w').write('import os; print(os.environ[\"HOME\"][-5:])')\n"
        "done = subprocess.run([sys.executable, 'other.py'], env=env, capture_output=True)\n"
        "print(done.stdout, done.stderr)",
        15,
        "b'/home\\n' b''\n",
        spec={"parameters": {"memorylimit": 200_000, "numprocs": 50}},
    ),
    Point("letters of any script", "python3", f"print('{ACCENTS}')", 15, f"{ACCENTS}\n"),
    Point("prints lines", "c", c('int main(void) { puts("a\\nb"); return 0; }'), 15, "a\nb\n"),
    Point("does not compile", "c", c("int main(void) { return 0 }"), 11),
    Point(
        "a compile argument may be wrong",
        "c",
        c("int main(void) { return 0; }"),
        11,
        spec={"parameters": {"compileargs": ["std=c89"]}},
    ),
    Point(
        "crashes after it printed",
        "c",
        c('int main(void) { puts("x"); fflush(stdout); *(volatile int *) 0 = 1; return 0; }'),
        12,
        "x\n",
        "Segmentation fault\n",
    ),
    Point("never ends", "c", c("int main(void) { for (;;); }"), 13, "",
          spec={"parameters": {"cputime": 1}}),
    Point(
        "prints without end: drained until its time is over",
        "c",
        c('int main(void) { for (;;) puts("x"); }'),
        13,
        "x\n" * 1_024_000,
        spec={"parameters": {"cputime": 1}},
    ),
    Point(
        "memory past the limit is not given",
        "c",
        c('int main(void) { puts(malloc(2000000000) ? "given" : "refused"); return 0; }'),
        15,
        "refused\n",
    ),
    Point(
        "a sanitizer has nothing to say of a right program",
        "c",
        c('const char *__asan_default_options(void) { return "detect_leaks=0"; }\n'
          'int main(void) { puts("x"); return 0; }'),
        15,
        "x\n",
        "",
        spec={"parameters": {"compileargs": ["-fsanitize=address"], "memorylimit": 0}},
    ),
    Point(
        "recursion without end",
        "c",
        c("int f(int n) { return f(n + 1) + n; }\nint main(void) { return f(0); }"),
        12,
        "",
        "Segmentation fault\n",
        spec={"parameters": {"compileargs": ["-w", "-O0"]}},
    ),
    Point(
        "forks are counted, and the answer does not wait for children",
        "c",
        c(
            "int main(void) { int n = 0; for (int i = 0; i < 1000; i++) {\n"
            "  int pid = fork(); if (pid == 0) for (;;); if (pid > 0) n++; }\n"
            '  puts(n > 5 && n <= 20 ? "some" : "none or all"); return 0; }'
        ),
        15,
        "some\n",
        "",
        spec={"parameters": {"numprocs": 20, "compileargs": ["-w"]}},
    ),
    Point(
        "bytes that are no UTF-8",
        "c",
        c('int main(void) { printf("a\\n\\001\\006\\300\\311\\n"); return 0; }'),
        15,
        "a\n\\x01\\x06\\xc0\\xc9\n",
    ),
    Point("C++ is no C", "c", "#include <iostream>\nint main() { std::cout << 1; }", 11),
    Point("prints", "cpp", '#include <iostream>\nint main() { std::cout << "x\\n"; }', 15, "x\n"),
    Point(
        "prints a matrix of its own function",
        "octave",
        "1;\nfunction y = sq(x)\n  y = x .^ 2;\nend\nprintf('%d\\n', sq([3, 11, 0]));",
        15,
        "9\n121\n0\n",
        spec={"parameters": {"memorylimit": 200_000}},
    ),
    Point(
        "reads lines",
        "octave",
        "disp(input('', 's'));\ndisp(input('', 's'));",
        15,
        "one\ntwo\n",
        spec={"input": "one\ntwo\n", "parameters": {"memorylimit": 200_000}},
    ),
    Point("is not parsed", "octave", "disp('x);", 12, ""),
    Point("blank lines are no complaint", "octave", 'fputs(stderr, "  \\n\\n");', 15, stderr=""),
    Point(
        "prints",
        "nodejs",
        "console.log('x')",
        15,
        "x\n",
        spec={"parameters": {"memorylimit": 1_000_000}},
    ),
    Point("is not parsed", "nodejs", "console.log('x)", 12, ""),
    Point(
        "fills in a page",
        "php",
        "<html>\n<body><?php echo '<p>x</p>'; ?></body>\n</html>\n",
        15,
        "<html>\n<body><p>x</p></body>\n</html>\n",
    ),
    Point("is not parsed", "php", "<?php echo 'x\";", 11),
    Point("names its file", "java", java("A", 'System.out.println("x");'), 15, "x\n",
          spec={"sourcefilename": "A.java", "parameters": {"cputime": 10}}),
    Point("does not name its file", "java", java("B", 'System.out.println("x");'), 15, "x\n",
          spec={"parameters": {"cputime": 10}}),
    Point("does not compile", "java", java("A", "int x = ;"), 11,
          spec={"parameters": {"cputime": 10}}),
    Point(
        "brings a class",
        "java",
        java("A", "System.out.println(new Other().text);"),
        15,
        "x\n",
        spec={"file_list": [["anyid0000003", "Other.java"]], "parameters": {"cputime": 10}},
        files={"anyid0000003": "cHVibGljIGNsYXNzIE90aGVyIHsgU3RyaW5nIHRleHQgPSAieCI7IH0="},
    ),
    Point("letters of any script", "java", java("A", f'System.out.println("{ACCENTS}");'), 15,
          f"{ACCENTS}\n", spec={"parameters": {"cputime": 10}}),
    Point("prints", "pascal", "begin\n  writeln('x')\nend.\n", 15, "x\n"),
    Point("does not compile", "pascal", "begin\n  writeln('x)\nend.\n", 11),
]  # fmt: skip


@pytest.mark.parametrize("point", POINTS, ids=lambda point: f"{point.language}: {point.id}")
def test_a_program(point: Point, served: Served, present: dict[str, str]) -> None:
    if point.language not in present:
        pytest.skip(f"{point.language} is not installed")
    client = served[False].test_client()
    for file_id, content in point.files.items():
        client.put(f"/restapi/files/{file_id}", json={"file_contents": content})
    spec = {"language_id": point.language, "sourcecode": point.source, **point.spec}
    result = client.post("/restapi/runs", json={"run_spec": spec}).get_json()
    assert result["outcome"] == point.outcome, result
    if point.stdout is not None:
        assert result["stdout"] == point.stdout
    if point.stderr is not None:
        assert result["stderr"] == point.stderr
    assert bool(result["cmpinfo"]) == (point.outcome == 11)
