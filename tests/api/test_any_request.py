"""Whatever is sent, by whomever: the running server answers as its description says (schemathesis)."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.api.conftest import Api

EXAMPLES = 3
#: Beside what schemathesis expects: a cursor that was not given, and a version that is not the present one.
CONFIG = """{parameters}
[auth.openapi.bearer]
bearer = "{token}"
[checks.positive_data_acceptance]
expected-statuses = ["2xx", 304, 400, 401, 403, 404, 409, 412, 429]
[checks.negative_data_rejection]
expected-statuses = [400, 401, 403, 404, 405, 406, 409, 412, 413, 415, 422, 428, 429, "5xx"]
"""
#: A key is used for one request alone; that another one under it is refused has a test of its own.
HOOKS = """
from uuid import uuid4
import schemathesis

@schemathesis.hook
def before_call(context, case, kwargs):
    key = (case.headers or {}).get("Idempotency-Key")
    if isinstance(key, str) and 0 < len(key) <= 200 and all("!" <= each <= "~" for each in key):
        case.headers["Idempotency-Key"] = key[:100] + uuid4().hex
"""


#: Some name a case that is there and theirs, so that more than 404 is seen; the others whatever comes.
PARAMETERS = {
    "ana": '[parameters]\n"path.code" = "KEPT-1"\n"path.number" = 2',
    "cora": '[parameters]\n"path.code" = "OTHER-1"',
}


@pytest.mark.parametrize("who", ["ana", "lea", "cora", "aud"])
def test_nothing_that_is_sent_breaks_it(api: Api, tmp_path: Path, who: str) -> None:
    (tmp_path / "schemathesis.toml").write_text(
        CONFIG.format(token=api.token(who), parameters=PARAMETERS.get(who, ""))
    )
    (tmp_path / "any_request_hooks.py").write_text(HOOKS)
    run = subprocess.run(
        [
            *(sys.executable, "-m", "schemathesis.cli", "--config-file", "schemathesis.toml", "--no-color"),
            *("run", f"{api.url}/openapi.json", "--checks", "all", "--exclude-method", "DELETE"),
            *("--max-examples", str(EXAMPLES), "--seed", "1", "--generation-database", ":memory:"),
        ],
        cwd=tmp_path,
        env=os.environ | {"SCHEMATHESIS_HOOKS": "any_request_hooks", "PYTHONPATH": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stdout[-6000:] + run.stderr[-2000:]
    assert "Tested: 30" in run.stdout
