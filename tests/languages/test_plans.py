from __future__ import annotations

import pytest

from jobe_torch.cell.wire import File, Job
from jobe_torch.languages.base import Language
from jobe_torch.languages.registry import LANGUAGES
from jobe_torch.protocol.limits import MB, Bounds, Wanted
from jobe_torch.protocol.parameters import Parameters
from jobe_torch.protocol.run_spec import RunSpec

BOUNDS = Bounds(memory_bytes=3000 * MB)
BY_ID = {language.id: language for language in LANGUAGES}
NO_PARAMETERS = Parameters(Wanted())
ARGUMENTS = Parameters(
    Wanted(), compile_args=("-c",), link_args=("-l",), interpreter_args=("-i",), run_args=("r",)
)


def plan(
    language_id: str,
    *,
    source: str = "source",
    name: str = "",
    parameters: Parameters = NO_PARAMETERS,
    files: tuple[File, ...] = (),
) -> Job:
    spec = RunSpec(
        language_id=language_id,
        source=source,
        source_name=name,
        stdin="in é",
        files=(),
        parameters=parameters,
        debug=None,
    )
    return BY_ID[language_id].plan(spec, files, job_id="7", bounds=BOUNDS)


def commands(job: Job) -> tuple[str, str]:
    return " ".join(job.compile.argv) if job.compile else "", " ".join(job.run.argv)


FPC = """\
sh -c errors=$1 program=$2
shift 2
"$@" >/dev/null 2>&1
[ -e "$program" ] || cat "$errors" >&2
 sh"""


@pytest.mark.parametrize(
    ("language_id", "compile_command", "run_command"),
    [
        (
            "c",
            "gcc -Wall -Werror -std=c99 -x c -o prog.c.exe prog.c",
            "./prog.c.exe",
        ),
        ("cpp", "g++ -Wall -Werror -o prog.cpp.exe prog.cpp", "./prog.cpp.exe"),
        ("java", "javac prog.java", "java -Xrs -Xss8m -Xmx200m prog"),
        ("nodejs", "", "nodejs --use_strict prog.js"),
        ("octave", "", "octave --norc --no-window-system --silent -H prog.m"),
        (
            "pascal",
            f"{FPC} prog.pas.err prog.pas.exe fpc -vew -Se -Feprog.pas.err -oprog.pas.exe prog.pas",
            "./prog.pas.exe",
        ),
        ("php", "php -l prog.php", "php --no-php-ini prog.php"),
        ("python2", "", "python2 -BESs prog.py2"),
        ("python3", "python3 -m py_compile prog.py", "python3 -BE prog.py"),
    ],
)
def test_commands_by_default(language_id: str, compile_command: str, run_command: str) -> None:
    assert commands(plan(language_id)) == (compile_command, run_command)


@pytest.mark.parametrize(
    ("language_id", "compile_command", "run_command"),
    [
        ("c", "gcc -c -o a b.x.exe a b.x -l", "./a b.x.exe -i r"),
        ("cpp", "g++ -c -o a b.x.exe a b.x -l", "./a b.x.exe -i r"),
        ("java", "javac -c a b.x", "java -i a b r"),
        ("nodejs", "", "nodejs -i a b.x r"),
        ("octave", "", "octave -i a b.x r"),
        (
            "pascal",
            f"{FPC} a b.x.err a b.x.exe fpc -c -Fea b.x.err -oa b.x.exe a b.x",
            "./a b.x.exe -i r",
        ),
        ("php", "php -l a b.x", "php -i a b.x r"),
        ("python2", "", "python2 -i a b.x r"),
        ("python3", "python3 -m py_compile a b.x", "python3 -i a b.x r"),
    ],
)
def test_commands_with_arguments(language_id: str, compile_command: str, run_command: str) -> None:
    job = plan(language_id, name="a b.x", parameters=ARGUMENTS)
    assert commands(job) == (compile_command, run_command)


@pytest.mark.parametrize(
    ("language_ids", "used"),
    [
        (("c", "cpp"), {"compileargs", "linkargs", "memorylimit"}),
        (("java",), {"compileargs", "main_class"}),
        (("pascal",), {"compileargs", "memorylimit"}),
        (("nodejs", "octave", "php", "python2", "python3"), {"memorylimit"}),
    ],
)
def test_parameters_that_a_language_uses(language_ids: tuple[str, ...], used: set[str]) -> None:
    used |= {"cputime", "disklimit", "streamsize", "numprocs", "interpreterargs", "runargs", "gpu"}
    for language_id in language_ids:
        assert BY_ID[language_id].parameters == used


@pytest.mark.parametrize("language", LANGUAGES, ids=lambda language: language.id)
def test_the_source_comes_first_so_that_support_files_replace_it(language: Language) -> None:
    support = File("f", b"\0")
    job = plan(language.id, source="é", name="x", files=(support,))
    assert job.files[:2] == (File("x", "é".encode()), support)
    assert job.stdin == "in é".encode()
    assert job.id == "7"


@pytest.mark.parametrize("language", LANGUAGES, ids=lambda language: language.id)
def test_only_python3_runs_warm(language: Language) -> None:
    assert plan(language.id).warm == (language.id == "python3")


@pytest.mark.parametrize("arguments", [(), ("-B", "-E"), ("-BE", "-u"), ("-O",)], ids=str)
def test_a_spare_has_the_default_flags_only(arguments: tuple[str, ...]) -> None:
    assert not plan("python3", parameters=Parameters(Wanted(), interpreter_args=arguments)).warm


def test_default_flags_may_be_asked_for() -> None:
    assert plan("python3", parameters=Parameters(Wanted(), interpreter_args=("-BE",))).warm


@pytest.mark.parametrize("name", ["random.py", "numpy.py", "queue.cpython-311.so", "torch.pyc"])
def test_a_file_that_replaces_an_imported_module_needs_a_cold_start(name: str) -> None:
    assert not plan("python3", files=(File(name, b""),)).warm
    assert not plan("python3", name=name).warm


@pytest.mark.parametrize(
    "source",
    [
        "import urllib\nurllib.parse.quote('a')\n",
        "import sys\nsys.meta_path.insert(0, Guard())\n",
        "import sys\nsys.meta_path.insert(0, Guard())\n" + "#" * (1 << 16),
    ],
    ids=["unimported", "watching", "watching-long"],
)
def test_a_program_that_would_tell_a_spare_needs_a_cold_start(source: str) -> None:
    for name in ("", "__tester__.python3", "program"):
        assert not plan("python3", source=source, name=name).warm
    assert not plan("python3", files=(File("graph.py", source.encode()),)).warm
    assert plan("python3", files=(File("graph.txt", source.encode()),)).warm


@pytest.mark.parametrize("name", ["graph.py", "random.txt", "randoms.py", "random", "numpy.csv"])
def test_other_files_do_not(name: str) -> None:
    assert plan("python3", files=(File(name, b""),)).warm


def test_a_warm_job_says_what_is_the_source_and_what_are_arguments() -> None:
    job = plan("python3", name="x.py", parameters=Parameters(Wanted(), run_args=("a", "b")))
    assert (job.source, job.run_args, job.run.argv[-2:]) == ("x.py", 2, ("a", "b"))


@pytest.mark.parametrize(
    ("language_id", "memory_bytes", "processes"),
    [
        ("c", 400 * MB, 30),
        ("java", 3000 * MB, 256),
        ("octave", 500 * MB, 30),
        ("php", 400 * MB, 30),
        ("python3", 1000 * MB, 30),
    ],
)
def test_default_limits(language_id: str, memory_bytes: int, processes: int) -> None:
    limits = plan(language_id).run.limits
    assert (limits.memory_bytes, limits.processes) == (memory_bytes, processes)


@pytest.mark.parametrize(("language_id", "copy"), [("octave", "a.m"), ("nodejs", "a.js")])
def test_interpreters_that_go_by_the_suffix_find_a_copy(language_id: str, copy: str) -> None:
    job = plan(language_id, name="a", source="the source")
    assert [(file.name, file.content) for file in job.files] == [
        ("a", b"the source"),
        (copy, b"the source"),
    ]


@pytest.mark.parametrize("processes", [3, 0, -1])
def test_java_never_gets_few_processes_or_a_memory_limit(processes: int) -> None:
    asked = Parameters(Wanted(memory_bytes=MB, processes=processes))
    limits = plan("java", parameters=asked).run.limits
    assert (limits.memory_bytes, limits.processes) == (3000 * MB, 256)


def test_compiling_has_limits_of_its_own() -> None:
    job = plan("c", parameters=Parameters(Wanted(cpu_seconds=1, memory_bytes=MB)))
    assert job.compile
    assert (job.run.limits.cpu_seconds, job.compile.limits.cpu_seconds) == (1, 2)
    assert (job.run.limits.memory_bytes, job.compile.limits.memory_bytes) == (MB, 500 * MB)


MAIN = "public static void main(String[] a) { }"


@pytest.mark.parametrize(
    ("source", "name"),
    [
        (f"public class Abc {{ {MAIN} }}", "Abc.java"),
        (
            "public  class\tAbc\n{ int x; static public void main ( String... a) {} }",
            "Abc.java",
        ),
        (f"class Abc {{ {MAIN} }}", "prog.java"),
        ("public class Abc { }", "prog.java"),
        (f"public class A {{ {MAIN} }} public class B {{ {MAIN} }}", "prog.java"),
        (f"public class A {{ public class In {{ }} {MAIN} }}", "A.java"),
        ("", "prog.java"),
        ("public class " * 10**5, "prog.java"),
    ],
    ids=lambda text: text[:40],
)
def test_java_takes_the_file_name_from_its_main_class(source: str, name: str) -> None:
    assert plan("java", source=source).files[0].name == name


@pytest.mark.parametrize(
    ("name", "main_class", "target"),
    [("Abc.java", "", "Abc"), ("a.b.java", "", "a"), ("Abc.java", "pkg.Other", "pkg.Other")],
)
def test_java_runs_a_class(name: str, main_class: str, target: str) -> None:
    job = plan("java", name=name, parameters=Parameters(Wanted(), main_class=main_class))
    assert job.run.argv[-1] == target
