"""Make the labelled set: run the programs of ``programs/`` in several versions and write down how they failed.

``python tests/fingerprints/make_set.py`` writes ``set.jsonl`` anew, one error a line: label, language, version,
is_real, type, message, stacktrace; body and template for errors without a stack. The label names the function that is
wrong; a case ``parse_price/feed`` is the same bug as ``parse_price``, reached from elsewhere.

Needs Python 3.11 to 3.13 (pyenv), Node, a JDK, Go, Rust and Mono. The tests read the file and need none of them.
Only the folders that traces name are replaced, by those that a release would lie in.
"""

import argparse
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Final

import click
from versions import VERSIONS, Version, write_version

HERE: Final = Path(__file__).parent
PROGRAMS: Final = HERE / "programs"
SET: Final = HERE / "set.jsonl"
PYENV: Final = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv")) / "versions"
LIBRARIES: Final = ("certifi", "charset_normalizer", "click", "idna", "requests", "urllib3")
MAX_STACK_CHARACTERS: Final = 12_000
"""Of what a program printed; a longer one keeps its beginning and end, as the handler does."""

Row = dict[str, Any]


def output_of(*command: str | Path, version: Version, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [str(part) for part in command],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
        env=os.environ | {"SHOP_SEED": str(version.seed), "PYTHONDONTWRITEBYTECODE": "1"} | environment,
    )


def must_run(*command: str | Path, cwd: Path | None = None) -> None:
    subprocess.run([str(part) for part in command], check=True, capture_output=True, cwd=cwd)


def python(folder: Path, version: Version) -> Iterator[Row]:
    home = max(PYENV.glob(f"{version.python}.*"), key=lambda path: int(path.name.rpartition(".")[2]))
    packages = folder / ".venv" / "lib" / f"python{version.python}" / "site-packages"
    source = Path(click.__file__).parent.parent
    for name in LIBRARIES:
        shutil.copytree(source / name, packages / name, ignore=shutil.ignore_patterns("*.so", "__pycache__"))
    command = (home / "bin" / "python", folder / "shop" / "main.py")
    path = {"PYTHONPATH": f"{folder}:{packages}", "PYTHONWARNINGS": "ignore"}
    for case in json.loads(output_of(*command, "--list", version=version, **path).stdout):
        result = output_of(*command, case, version=version, **path)
        row = json.loads(result.stdout)
        row = {key: text.replace(str(home / "lib" / f"python{version.python}"), version.python_home)
               for key, text in row.items()}  # fmt: skip
        yield {"case": case} | {key: text.replace(str(home), "/usr") for key, text in row.items()}


def javascript(folder: Path, version: Version) -> Iterator[Row]:
    command = ("node", folder / "main.js")
    for case in json.loads(output_of(*command, "--list", version=version).stdout):
        yield {"case": case} | json.loads(output_of(*command, case, version=version).stdout)


def java(folder: Path, version: Version) -> Iterator[Row]:
    must_run("javac", "-nowarn", "-g", "-d", folder / "classes", *folder.rglob("*.java"))
    result = output_of("java", "-Xss320k", "-cp", folder / "classes", "com.acme.shop.Main", version=version)
    for line in result.stdout.splitlines():
        yield json.loads(line)


def go(folder: Path, version: Version) -> Iterator[Row]:
    """As the dying program prints it."""
    must_run("go", "build", "-o", folder / "shop-server", ".", cwd=folder)
    for case in json.loads(output_of(folder / "shop-server", "--list", version=version).stdout):
        trace = output_of(folder / "shop-server", case, version=version).stderr
        yield {"case": case, "type": "", "message": trace.partition("\n")[0], "stacktrace": trace}


def go_recovered(folder: Path, version: Version) -> Iterator[Row]:
    """As a server that recovers from panics logs it."""
    must_run("go", "build", "-o", folder / "shop-server", ".", cwd=folder)
    for case in json.loads(output_of(folder / "shop-server", "--list", version=version).stdout):
        told = output_of(folder / "shop-server", case, "recover", version=version).stdout
        if told:
            yield {"case": case} | json.loads(told)


def rust(folder: Path, version: Version) -> Iterator[Row]:
    program = folder / "shop-server"
    must_run("rustc", "-g", "-A", "warnings", "-o", program, folder / "main.rs")
    backtrace = "full" if version.number == 2 else "1"
    for case in json.loads(output_of(program, "--list", version=version).stdout):
        trace = output_of(program, case, version=version, RUST_BACKTRACE=backtrace).stderr.lstrip("\n")
        message = trace.partition("\n")[2].partition("\n")[0]
        yield {"case": case, "type": "", "message": message, "stacktrace": trace}


def dotnet(folder: Path, version: Version) -> Iterator[Row]:
    """Mono; with and without the symbols that give it file names and lines."""
    program = folder / "shop.exe"
    must_run("mcs", "-debug", f"-out:{program}", folder / "Shop.cs")
    options = ["--debug"] if version.number % 2 else []
    for line in output_of("mono", *options, program, version=version).stdout.splitlines():
        yield json.loads(line)


def messages(folder: Path, version: Version) -> Iterator[Row]:
    result = output_of(sys.executable, folder / "messages.py", version=version)
    for line in result.stdout.splitlines():
        yield json.loads(line)


LANGUAGES: Final[dict[str, tuple[str, Callable[[Path, Version], Iterator[Row]]]]] = {
    "python": ("python", python),
    "javascript": ("javascript", javascript),
    "java": ("java", java),
    "go": ("go", go),
    "go-recovered": ("go", go_recovered),
    "rust": ("rust", rust),
    "dotnet": ("dotnet", dotnet),
    "messages": ("messages.py", messages),
}


def coreclr(row: Row) -> Row:
    """The same trace as .NET itself writes it, which had to be made from Mono's: other spaces, no offsets."""
    text = re.sub(r"(?m)^  at ", "   at ", row["stacktrace"])
    text = re.sub(r"(?m)^(   at [^\n]*?) \(([^\n()]*)\) \[0x[0-9a-f]+\] in (?:<[^\n]*|(\S+\.cs):(\d+) ?)$",
                  lambda match: f"{match[1]}({match[2]})" + (f" in {match[3]}:line {match[4]}" if match[3] else ""),
                  text)  # fmt: skip
    text = re.sub(r"System\.(Int32|String|Object|Boolean)\b(?=[ ,&\[])", r"\1", text)
    text = text.replace("\n  --- End of inner", "\n   --- End of inner").replace(" ---> ", "\n ---> ")
    return row | {"language": "dotnet-core", "is_real": False, "stacktrace": text}


def shortened(stack: str) -> str:
    if len(stack) <= MAX_STACK_CHARACTERS:
        return stack
    head, tail = stack[: MAX_STACK_CHARACTERS // 2], stack[-MAX_STACK_CHARACTERS // 2 :]
    cut = len(stack) - len(head) - len(tail)
    return f"{head.rpartition(chr(10))[0]}\n… [{cut} characters cut]\n{tail.partition(chr(10))[2]}"


def rows(languages: list[str]) -> Iterator[Row]:
    for language in languages:
        source, run = LANGUAGES[language]
        for version in VERSIONS:
            with tempfile.TemporaryDirectory() as name:
                folder = Path(name)
                programs = PROGRAMS / source
                write_version(programs if programs.is_dir() else PROGRAMS, folder, version)
                for made in run(folder, version):
                    case = made.pop("case")
                    texts = {key: text.replace(name, version.root) for key, text in made.items()}
                    if "stacktrace" in texts:
                        texts["stacktrace"] = shortened(texts["stacktrace"])
                    row = {
                        "label": f"{language}:{case.partition('/')[0]}",
                        "case": case,
                        "language": language,
                        "version": version.number,
                        "is_real": True,
                    } | texts
                    yield row
                    if language == "dotnet":
                        yield coreclr(row) | {"label": f"dotnet:{case.partition('/')[0]}"}
            print(language, version.number, file=sys.stderr, flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--language", action="append", choices=list(LANGUAGES), help="only this, to standard output")
    options = parser.parse_args()
    made = rows(options.language or list(LANGUAGES))
    lines = [json.dumps(row, ensure_ascii=False, sort_keys=False) + "\n" for row in made]
    if options.language:
        sys.stdout.writelines(lines)
    else:
        SET.write_text("".join(lines))


if __name__ == "__main__":
    main()
