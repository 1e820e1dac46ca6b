"""Memory and open files of the processes that live long, before and after a load."""

import contextlib
from dataclasses import dataclass

import psutil

MIB = 1 << 20


@dataclass(frozen=True)
class Sample:
    mib: float
    files: int


def sample(process):
    """Resident memory and open descriptors (files, sockets, pipes) of a process."""
    with process.oneshot():
        return Sample(process.memory_info().rss / MIB, process.num_fds())


def find(root, *words):
    """The first process below `root` (a pid) whose command has all the words."""
    for process in [psutil.Process(root), *psutil.Process(root).children(recursive=True)]:
        with contextlib.suppress(psutil.Error):
            if all(word in " ".join(process.cmdline()) for word in words):
                return process
    raise LookupError(f"no process with {words} below {root}")


@dataclass
class Watch:
    """`processes` by name. The first measure is the baseline: take it when all are warm."""

    processes: dict
    samples: list

    def measure(self):
        self.samples.append({name: sample(process) for name, process in self.processes.items()})

    def grown(self, mib=8.0, share=0.05, files=10):
        """Processes that needed more at the end than at half-time, by more than `mib` and `share` or more than `files` descriptors.

        By then what is made once is made; a process that keeps something of each piece of work shows it over half of the load.
        """
        before, last = self.samples[len(self.samples) // 2], self.samples[-1]
        return [
            name
            for name in self.processes
            if last[name].mib - before[name].mib > max(mib, share * before[name].mib) or last[name].files - before[name].files > files
        ]

    def table(self):
        """A row a process: MiB and descriptors at each measure."""
        for name in self.processes:
            yield f"{name:12} " + "  ".join(f"{point[name].mib:6.0f} MiB {point[name].files:3} fd" for point in self.samples)
