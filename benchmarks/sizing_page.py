"""`python -m benchmarks.sizing_page` writes docs/sizing.md: the text of sizing.txt with the numbers of sizing.py."""

from __future__ import annotations

from pathlib import Path

from benchmarks import sizing
from benchmarks import sizing_work as work
from ggvd_dagster import spec

PAGE = Path(__file__).parents[1] / "docs" / "sizing.md"
MAINTENANCE_HEADINGS = ("scale", "longest table, minutes", "DPU-hours", "dollars")
GLUE_HEADINGS = ("scale", "jobs", "workers at most", "minutes of all jobs", "longest job", "DPU-hours", "dollars", "dollars on flex")
TEXT = (Path(__file__).with_name("sizing.txt")).read_text(encoding="utf-8")


def page() -> str:
    """The document."""
    rows, tmdb, glue = [_month(size) for size in sizing.SIZES], sizing.tmdb(), spec.load().glue
    return TEXT.format(
        glue=_table(GLUE_HEADINGS, map(_glue, (sizing.SIZES[0], sizing.AS_SET, sizing.SIZES[1]))),
        maintenance=_table(MAINTENANCE_HEADINGS, map(_maintenance, sizing.SIZES)),
        archives=_table(("scale", "MB/s", "longest member, s", "GB-seconds", "dollars"), map(_archives, sizing.SIZES)),
        storage=_table(("scale", "bronze, GB", "Delta, GB", "versions kept", "dollars a month"), map(_storage, sizing.SIZES)),
        athena=_table(("scale", "TB a month", "dollars a month"), map(_athena, sizing.SIZES)),
        month=_table(("scale", "full run", "Glue a month", "Lambda a month", "S3", "Athena", "crawlers", "together"), rows),
        tmdb_minutes=f"{tmdb['minutes']:.0f}", tmdb_rate=f"{tmdb['rate']:.0f}", tmdb_messages=f"{tmdb['messages']:,.0f}",
        tmdb_gbs=f"{tmdb['gb_seconds']:,.0f}", tmdb_dollars=f"{tmdb['dollars']:.2f}", pages=f"{sizing.PAGES:,}",
        concurrency=spec.load().functions["extract-tmdb"].maximum_concurrency, memory=spec.load().functions["extract-tmdb"].memory_mb,
        most=f"{sizing.archives(sizing.SIZES[0])['most_gb']:.0f}", archive_memory=spec.load().functions["extract-archive"].memory_mb,
        core_seconds=f"{sum(work.core_seconds(1).values()):,.0f}", origin=work.origin(),
        session=sizing.SESSION_SECONDS, executor=sizing.EXECUTOR_SECONDS,
        faster=f"{sizing.glue(sizing.AS_SET)['longest'] / sizing.glue(sizing.SIZES[1])['longest']:.1f}",
        dearer=f"{sizing.glue(sizing.SIZES[1])['dollars'] / sizing.glue(sizing.AS_SET)['dollars']:.2f}",
        timeout=glue.timeout_minutes,
        too_large=_count(sizing.archives(sizing.SIZES[1])["too_large"]), member_speed=f"{work.member_speed():.0f}", sorts=_sorts(),
        cores=sizing.CORES, efficiency=sizing.EFFICIENCY, workers=sizing.SIZES[0].workers,
        flex=glue.flex_partitions, retention=spec.load().maintenance.retention_hours,
        share=f"{1 - sizing.FLEX / sizing.GLUE:.0%}",
    )  # fmt: skip


def _glue(size: sizing.Size) -> tuple[str, ...]:
    g = sizing.glue(size)
    numbers = (f"{g[name]:.1f}" for name in ("minutes", "longest", "dpu_hours"))
    return (size.name, f"{g['jobs']:.0f}", str(size.workers), *numbers, f"{g['dollars']:.2f}", f"{g['flex']:.2f}")


def _maintenance(size: sizing.Size) -> tuple[str, ...]:
    m = sizing.maintenance(size)
    return (size.name, f"{m['longest']:.1f}", f"{m['dpu_hours']:.1f}", f"{m['dollars']:.2f}")


def _sorts() -> str:
    """Whether the largest table can still be sorted within the time-out of a job."""
    longest, most = sizing.maintenance(sizing.SIZES[1])["longest"], spec.load().glue.timeout_minutes
    if longest <= most:
        return f"also at scale 100 within a job's {most} minutes"
    return (
        f"which at scale 100 is more than a job's {most} minutes: there the largest tables want Spark's OPTIMIZE on several workers instead"
    )


def _count(number: float) -> str:
    return ("none", "the largest", "the two largest", "the three largest", "all four")[int(number)]


def _archives(size: sizing.Size) -> tuple[str, ...]:
    a = sizing.archives(size)
    return (size.name, f"{a['speed']:.0f}", f"{a['longest']:,.0f}", f"{a['gb_seconds']:,.0f}", f"{a['dollars']:.3f}")


def _storage(size: sizing.Size) -> tuple[str, ...]:
    s = sizing.storage(size)
    return (size.name, f"{s['bronze']:.1f}", f"{s['delta']:.1f}", f"{s['versions']:.1f}", f"{s['dollars']:.2f}")


def _athena(size: sizing.Size) -> tuple[str, ...]:
    return (size.name, f"{sizing.athena(size)['terabytes']:.2f}", f"{sizing.athena(size)['dollars']:.2f}")


def _month(size: sizing.Size) -> tuple[str, ...]:
    """A full run a month; every week half of one for three recent years and gold, and a maintenance."""
    weekly = 4 * (sizing.glue(size)["dollars"] * 0.5 + sizing.maintenance(size)["dollars"])
    lambdas = sizing.archives(size)["dollars"] + sizing.tmdb()["dollars"] * 1.2
    crawlers = 2 * 5 * (10 / 60) * 2 * sizing.CRAWLER
    run = sizing.glue(size)["dollars"] + lambdas
    parts = (sizing.glue(size)["dollars"] + weekly, lambdas, sizing.storage(size)["dollars"], sizing.athena(size)["dollars"], crawlers)
    return (size.name, f"{run:.2f}", *(f"{part:.2f}" for part in parts), f"{sum(parts):.2f}")


def _table(headings: tuple[str, ...], rows: object) -> str:
    lines = [headings, ("---",) * len(headings), *rows]  # type: ignore[misc]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
    print(f"{PAGE} is written")
