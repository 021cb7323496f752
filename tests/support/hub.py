"""Small repositories of the Hugging Face hub: in the layout of its cache, and as its server answers."""

import json
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import timm
import torch
from safetensors.torch import save

COMMIT = "0123456789abcdef0123456789abcdef01234567"
LABELS = [
    "00001_Animalia_Chordata_Aves_Passeriformes_Corvidae_Corvus_corax",
    "00002_Animalia_Chordata_Mammalia_Carnivora_Felidae_Puma_concolor",
    "Mallard",
]
CARD = b"---\nlicense: cc-by-nc-4.0\ntags: [timm]\n---\n# A model\n"


def config(**changes: Any) -> dict[str, Any]:
    """`config.json` as timm writes it, of timm's smallest ConvNeXt; what is None is left out."""
    whole = {
        "architecture": "test_convnext",
        "num_classes": len(LABELS),
        "num_features": 64,
        "label_names": LABELS,
        "model_args": {"drop_path_rate": 0.1},
        "pretrained_cfg": {
            "input_size": [3, 64, 64],
            "mean": [0.5, 0.5, 0.5],
            "std": [0.5, 0.5, 0.5],
            "interpolation": "bilinear",
            "crop_pct": 0.95,
            "crop_mode": "center",
        },
    }
    return {name: value for name, value in (whole | changes).items() if value is not None}


def network(**arguments: Any) -> torch.nn.Module:
    """With weights drawn at random, the same every time."""
    torch.manual_seed(0)
    module: torch.nn.Module = timm.create_model(
        **{"model_name": "test_convnext", "num_classes": len(LABELS)} | arguments
    )
    return module.eval()


def repository(**changes: Any) -> dict[str, bytes]:
    """Its files; `changes` are of config.json."""
    return {
        "config.json": json.dumps(config(**changes)).encode(),
        "model.safetensors": save(network().state_dict()),
        "README.md": CARD,
    }


def put_into_cache(cache: Path, name: str, files: Mapping[str, bytes], revision: str = "main") -> None:
    """As if downloaded once: `cache` is the folder that HF_HUB_CACHE names."""
    folder = cache / f"models--{name.replace('/', '--')}"
    (folder / "refs").mkdir(parents=True, exist_ok=True)
    (folder / "refs" / revision).write_text(COMMIT)
    snapshot = folder / "snapshots" / COMMIT
    snapshot.mkdir(parents=True, exist_ok=True)
    for file, content in files.items():
        (snapshot / file).write_bytes(content)


@contextmanager
def hub_server(repositories: Mapping[str, Mapping[str, bytes]], gated: frozenset[str]) -> Iterator[str]:
    """The address of a server that answers downloads, and their refusals, with the hub's own codes."""

    class Hub(BaseHTTPRequestHandler):
        def do_HEAD(self) -> None:
            path = self.path.partition("?")[0].strip("/")
            if path.startswith("api/models/"):  # as a file that every repository has
                owner, name, *revisions = (
                    path.removeprefix("api/models/").replace("/revision/", "/").split("/")
                )
                revision, file = (revisions or ["main"])[0], ""
            else:
                owner, name, _, revision, file = path.split("/", 4)
            files = repositories.get(f"{owner}/{name}")
            if f"{owner}/{name}" in gated:
                self._answer(403, {"X-Error-Code": "GatedRepo"})
            elif files is None:
                self._answer(404, {"X-Error-Code": "RepoNotFound"})
            elif revision not in ("main", COMMIT):
                self._answer(404, {"X-Error-Code": "RevisionNotFound"})
            elif not file:
                told = {"id": f"{owner}/{name}", "sha": COMMIT, "cardData": {"license": "cc-by-nc-4.0"}}
                self._answer(200, {"Content-Type": "application/json"}, json.dumps(told).encode())
            elif file not in files:
                self._answer(404, {"X-Error-Code": "EntryNotFound", "X-Repo-Commit": COMMIT})
            else:
                self._answer(200, {"X-Repo-Commit": COMMIT, "ETag": f'"{file}"'}, files[file])

        do_GET = do_HEAD

        def _answer(self, status: int, headers: dict[str, str], body: bytes = b"") -> None:
            self.send_response(status)
            for header, value in headers.items():
                self.send_header(header, value)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            if self.command == "GET":
                self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """A test's output is its own."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Hub)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
