import hashlib
import io
import json
import os
import subprocess
import sys
import zipfile

import pytest

from ggvd_dagster import packaging

PROGRAM = """
import json, sys
sys.path[:0] = sys.argv[1:3]
import requests, charset_normalizer.md
assert requests.__file__.startswith(sys.argv[2]) and charset_normalizer.md.__file__.endswith(".py")
assert charset_normalizer.from_bytes("żółć i gęś, zażółć".encode("cp1250")).best()
outside = [n for n, m in sys.modules.items() if "site-packages" in (getattr(m, "__file__", "") or "")]
assert not outside, outside
from lambda_handlers import start_extraction, extract_tmdb, extract_archive
for handler, event in ((start_extraction, {}), (extract_tmdb, {"no": "batch"}), (extract_archive, {"no": "batch"})):
    try:
        handler.lambda_handler(event, None)
    except Exception as error:
        print(json.dumps([type(error).__name__, str(error)]))
assert "boto3" not in sys.modules
"""


@pytest.fixture(scope="module")
def unpacked(tmp_path_factory):
    """The functions zip as it is deployed, and the layer where Lambda would unpack it."""
    folder = tmp_path_factory.mktemp("deployed")
    (folder / "functions.zip").write_bytes(packaging.build_functions_zip())
    with zipfile.ZipFile(io.BytesIO(packaging.build_requests_layer())) as layer:
        layer.extractall(folder / "opt")
    return folder / "functions.zip", folder / "opt" / "python"


def test_the_functions_run_with_nothing_but_zip_and_layer(unpacked):
    settings = {
        "BRONZE_BUCKET": "b",
        "QUEUE_URLS": "{}",
        "TABLES": "{}",
        "SOURCES": "{}",
        "TMDB_SECRET_ID": "s",
        "MAXIMUM_CONCURRENCY": "2",
    }
    command = [sys.executable, "-I", "-S", "-c", PROGRAM, *map(str, unpacked)]
    done = subprocess.run(command, capture_output=True, text=True, env={"PATH": os.environ["PATH"], **settings}, check=False)
    assert done.returncode == 0, done.stderr
    answers = [json.loads(line) for line in done.stdout.splitlines()]
    assert [kind for kind, _ in answers] == ["BadRequest"] * 3
    assert answers[0][1].startswith("BadRequest: the event must be an object with table")
    assert answers[1][1] == "BadRequest: the event has no Records; this function is fed by an SQS queue"


BUILDERS = [packaging.build_functions_zip, packaging.build_scripts_zip, packaging.build_requests_layer]


@pytest.mark.parametrize("build", BUILDERS, ids=lambda build: build.__name__)
def test_a_zip_is_the_same_whatever_the_clock_and_the_machine_say(build, monkeypatch):
    first = build()
    for path in (packaging.ROOT / "lambda_handlers").glob("*.py"):
        assert path.stat().st_mtime != 0
    monkeypatch.setattr(sys, "platform", "win32")
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1000000000")
    assert build() == first
    with zipfile.ZipFile(io.BytesIO(first)) as archive:
        names = archive.namelist()
        assert names == sorted(names)
        assert {(info.date_time, info.external_attr, info.create_system) for info in archive.infolist()} == {
            ((1980, 1, 1, 0, 0, 0), 0o100644 << 16, 3)
        }
        assert archive.testzip() is None
        assert not [
            name for name in names if name.endswith((".so", ".pyd", ".pyc")) or "__pycache__" in name or name.startswith(("/", ".."))
        ]


@pytest.mark.parametrize(
    ("build", "tops", "some"),
    [
        (packaging.build_functions_zip, {"lambda_handlers"}, "lambda_handlers/extract_tmdb.py"),
        (packaging.build_scripts_zip, {"glue_scripts", "dagster_pipes"}, "dagster_pipes/__init__.py"),
        (packaging.build_requests_layer, {"python"}, "python/certifi/cacert.pem"),
    ],
    ids=["functions", "scripts", "layer"],
)
def test_what_lies_at_the_root_of_each_zip(build, tops, some):
    names = zipfile.ZipFile(io.BytesIO(build())).namelist()
    assert {name.split("/")[0] for name in names} == tops
    assert some in names


def test_the_layer_holds_requests_and_all_that_it_requires():
    names = zipfile.ZipFile(io.BytesIO(packaging.build_requests_layer())).namelist()
    assert {name.split("/")[1] for name in names} == {"certifi", "charset_normalizer", "idna", "requests", "urllib3"}


def test_the_command_writes_what_it_says(tmp_path, capsys):
    assert packaging.main([str(tmp_path / "out")]) == 0
    printed = dict(reversed(line.split("  ")) for line in capsys.readouterr().out.splitlines())
    assert printed == {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in (tmp_path / "out").iterdir()}
    assert set(printed) == {packaging.FUNCTIONS, packaging.SCRIPTS, packaging.LAYER}


@pytest.mark.parametrize("arguments", [[], ["--help"], ["a", "b"]], ids=["none", "option", "two"])
def test_wrong_arguments_are_answered_in_one_line(arguments, capsys):
    assert packaging.main(arguments) == 2
    assert capsys.readouterr().err == "usage: python -m ggvd_dagster.packaging OUT_DIR\n"


def test_a_folder_that_cannot_be_made_is_answered_in_one_line(tmp_path, capsys):
    (tmp_path / "file").touch()
    assert packaging.main([str(tmp_path / "file")]) == 2
    assert len(capsys.readouterr().err.splitlines()) == 1
