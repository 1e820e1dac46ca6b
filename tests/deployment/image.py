"""What an image of the Dockerfile would hold, without an engine: its instructions, and its files copied to a folder."""

import json
import re
import shlex
import shutil
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

ROOT = Path(__file__).parents[2]
DOCKERFILE = ROOT / "Dockerfile"


@dataclass(frozen=True)
class Instruction:
    name: str
    value: str

    @property
    def flags(self):
        return dict(re.findall(r"--([a-z-]+)=(\S+)", self.value))

    @property
    def words(self):
        return [word for word in shlex.split(self.value) if not re.match(r"--[a-z-]+=", word)]


def stages():
    """The instructions of each stage, by the stage's name."""
    text = re.sub(r"^\s*#.*\n", "", DOCKERFILE.read_text(encoding="utf-8"), flags=re.MULTILINE)
    found = {}
    for line in re.sub(r"\\\n\s*", "", text).splitlines():
        if line:
            name, value = line.split(None, 1)
            if name == "FROM":
                found[value.rsplit(" AS ", 1)[1]] = []
            found[list(found)[-1]].append(Instruction(name, value))
    return found


def last_stage():
    return list(stages().values())[-1]


def copies():
    """(source in the build's context, target in the image) of the last stage."""
    folder, found = PurePosixPath("/"), []
    for instruction in last_stage():
        if instruction.name == "WORKDIR":
            folder = folder / instruction.value
        if instruction.name == "COPY" and "from" not in instruction.flags:
            source, target = instruction.words
            named = folder / target
            found.append((source, named / PurePosixPath(source).name if target.endswith("/") else named))
    return found


def copy_to(folder):
    """The files of the last stage that come from the context, below `folder` as they would be below /."""
    for source, target in copies():
        there = folder / str(target).lstrip("/")
        there.parent.mkdir(parents=True, exist_ok=True)
        if (ROOT / source).is_dir():
            shutil.copytree(ROOT / source, there, ignore=shutil.ignore_patterns("__pycache__", "*.pyc"))
        else:
            shutil.copyfile(ROOT / source, there)


def exec_form(name):
    """The list of words of the last CMD, or of HEALTHCHECK's CMD."""
    value = next(i.value for i in reversed(last_stage()) if i.name == name)
    return json.loads(value[value.index("[") :])
