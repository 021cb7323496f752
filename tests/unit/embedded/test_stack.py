"""Where a stack says that it is."""

from pathlib import Path

import pytest

from scripts.embedded import stack as module
from scripts.embedded.folder import Home
from scripts.embedded.servers.choice import Servers
from scripts.embedded.stack import announce, describe

SERVERS = Servers("postgresql://", "amqp://", None, "http://s3", "a", "b", "r", "birds")


@pytest.mark.parametrize("prefix", ["", "/birds"])
def test_the_addresses_are_below_the_path_that_a_proxy_shows(
    prefix: str, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    drawn: list[str] = []

    class Code:
        def terminal(self, compact: bool) -> None:
            assert compact

    def make(text: str, error: str) -> Code:
        assert error
        drawn.append(text)
        return Code()

    monkeypatch.setattr(module.segno, "make", make)
    monkeypatch.setattr(module, "network_address", lambda: "192.168.1.20")
    monkeypatch.setattr(module.sys.stdout, "reconfigure", lambda **_: None, raising=False)
    announce(Home(tmp_path), describe(SERVERS, 5000, prefix, "birds_key", []), "Ctrl-C stops it.")
    lines = capsys.readouterr().out.splitlines()
    assert f"  on this machine   http://127.0.0.1:5000{prefix}/#key=birds_key" in lines
    assert drawn == [f"http://192.168.1.20:5000{prefix}/#key=birds_key"]
    assert lines[-2:] == [f"BIRDS_URL=http://127.0.0.1:5000{prefix}", "BIRDS_KEY=birds_key"]
