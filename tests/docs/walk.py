"""A page of the docs followed to the letter: its blocks are files to write and commands to run."""

import os
import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
BLOCK = re.compile(r"^```(\w+)(?: (>> )?(\S+))?\n(.*?)^```$", re.MULTILINE | re.DOTALL)
LEFT_OUT = shutil.ignore_patterns(
    ".git", ".venv*", ".ggvd", ".uv", "__pycache__", ".*_cache", "build", "results", ".terraform", "node_modules"
)


@dataclass(frozen=True)
class Block:
    """A fenced block: `language`, and for a file its path and whether it is appended."""

    language: str
    append: bool
    path: str | None
    text: str


def blocks(page):
    return [
        Block(language, bool(append), path or None, text)
        for language, append, path, text in BLOCK.findall(page.read_text(encoding="utf-8"))
    ]


def commands(page):
    """The command lines of the page's shell blocks, without comments."""
    lines = [line for block in blocks(page) if block.language == "sh" for line in block.text.splitlines()]
    return [told for line in lines if (told := re.sub(r"(^|\s+)# .*$", "", line).strip())]


class Checkout:
    """A copy of the checkout with the packages of this one, on ports of its own."""

    def __init__(self, folder, ports):
        self.folder = folder
        shutil.copytree(ROOT, folder, ignore=LEFT_OUT)
        (folder / ".venv").mkdir()
        for name in ("bin", "lib", "pyvenv.cfg"):
            (folder / ".venv" / name).symlink_to(ROOT / ".venv" / name)
        (folder / ".venv/.installed").touch()  # `make` has nothing to install
        private = ("AWS_", "GGVD_", "DAGSTER_", "TMDB_", "SPARK_")
        kept = {name: value for name, value in os.environ.items() if not name.startswith(private)}
        path = f"{folder / '.venv/bin'}{os.pathsep}{os.environ['PATH']}"
        names = ("GGVD_PORT", "GGVD_SOURCES_PORT", "GGVD_DAGIT_PORT")
        self.environment = (
            kept
            | {"PYTHONPATH": str(folder), "BROWSER": "true", "COLUMNS": "160", "PATH": path}
            | dict(zip(names, map(str, ports), strict=True))
        )

    def write(self, block):
        path = self.folder / block.path
        with path.open("a" if block.append else "x", encoding="utf-8") as file:
            file.write(block.text.replace("127.0.0.1:4577", f"127.0.0.1:{self.environment['GGVD_SOURCES_PORT']}"))

    def run(self, text):
        """What a shell says to these lines; an error of any of them is one of the test."""
        done = subprocess.run(["sh", "-e"], input=text, cwd=self.folder, env=self.environment, capture_output=True, text=True, timeout=500)
        assert done.returncode == 0, f"{text}\n{done.stdout[-3000:]}\n{done.stderr[-3000:]}"
        return done.stdout

    def start(self, text):
        """A command that goes on until it is stopped, started as scripts start work in the background: SIGINT is ignored."""
        with (self.folder / "started.log").open("w") as log:
            return subprocess.Popen(
                ["sh", "-c", f"trap '' INT; exec {text}"],
                cwd=self.folder,
                env=self.environment,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
