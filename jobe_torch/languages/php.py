"""PHP: checked by ``php -l``, which tells half of it on stdout."""

from __future__ import annotations

from jobe_torch.languages.base import Args, Language, Version

__all__ = ["PHP"]


class _Php(Language):
    def compile_text(self, stdout: bytes, stderr: bytes) -> bytes:
        return stdout + b"\n" + stderr


PHP = _Php(
    id="php",
    source_name="prog.php",
    version=Version(("php", "--version"), r"PHP (\S+)"),
    compile=("php", "-l", "{source}"),
    run=("php", Args.INTERPRETER, "{source}", Args.RUN),
    default_args={Args.INTERPRETER: ("--no-php-ini",)},
)
