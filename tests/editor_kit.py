"""An editor, as a language server of YAML sees one: opens a file, asks what can stand at a place, reads what is wrong.

Owns the protocol (LSP 3.17 over standard input and output). The server is the one from npm that editors use.
"""

import json
import queue
import subprocess
import threading
from collections.abc import Mapping
from pathlib import Path
from typing import Any

Message = dict[str, Any]
PATIENCE = 60


class Editor:
    """`schemas`: address of a schema, or its path in the folder → the files it is for, as an editor's settings say it."""

    def __init__(self, server: Path, folder: Path, schemas: Mapping[str, object]) -> None:
        self._folder = folder
        self._number = 0
        self._is_configured = False
        self._answers: queue.Queue[Message] = queue.Queue()
        self._told: dict[str, list[Message]] = {}
        self._process = subprocess.Popen(
            ["node", str(server), "--stdio"], cwd=folder, stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )
        self._settings = {
            "schemas": dict(schemas),
            "schemaStore": {"enable": False},
            "validate": True,
            "hover": True,
            "completion": True,
        }
        threading.Thread(target=self._read, daemon=True).start()
        capabilities = {
            "textDocument": {
                "completion": {"completionItem": {"documentationFormat": ["markdown"], "snippetSupport": True}},
                "hover": {"contentFormat": ["markdown"]},
            },
            "workspace": {"configuration": True},
        }
        self._ask("initialize", {"processId": None, "rootUri": folder.as_uri(), "capabilities": capabilities})
        self._tell("initialized", {})
        self._tell("workspace/didChangeConfiguration", {"settings": {"yaml": self._settings}})
        while not self._is_configured:
            self._next()
        self.problems("first.yml", "a: b\n")

    def close(self) -> None:
        self._ask("shutdown", None)
        self._tell("exit", None)
        self._process.wait(PATIENCE)
        for pipe in (self._process.stdin, self._process.stdout):
            assert pipe is not None
            pipe.close()

    def problems(self, name: str, text: str) -> list[tuple[int, str]]:
        """(line from 1, message) of a file as it is written."""
        uri = self._open(name, text)
        self._ask("textDocument/documentSymbol", {"textDocument": {"uri": uri}})
        while uri not in self._told:
            self._next()
        return [(one["range"]["start"]["line"] + 1, one["message"]) for one in self._told.pop(uri)]

    def offered(self, name: str, text: str) -> dict[str, str]:
        """What can stand at the '|' of the text → what is said of it."""
        uri, place = self._at(name, text)
        found = self._ask("textDocument/completion", {"textDocument": {"uri": uri}, "position": place})
        return {one["label"]: _text(one.get("documentation", "")) for one in found["items"]}

    def told(self, name: str, text: str) -> str:
        """What is shown of the word at the '|' of the text."""
        uri, place = self._at(name, text)
        found = self._ask("textDocument/hover", {"textDocument": {"uri": uri}, "position": place})
        return _text(found["contents"]) if found else ""

    def _at(self, name: str, text: str) -> tuple[str, Message]:
        before, _, after = text.partition("|")
        place = {"line": before.count("\n"), "character": len(before) - before.rfind("\n") - 1}
        return self._open(name, before + after), place

    def _open(self, name: str, text: str) -> str:
        self._number += 1
        folder, slash, file = name.rpartition("/")
        uri = (self._folder / f"{folder}{slash}{self._number}-{file}").as_uri()
        document = {"uri": uri, "languageId": "yaml", "version": 1, "text": text}
        self._tell("textDocument/didOpen", {"textDocument": document})
        return uri

    def _ask(self, method: str, params: object) -> Any:
        self._number += 1
        number = self._number
        self._send({"id": number, "method": method, "params": params})
        while True:
            found = self._next()
            if found.get("id") == number and "method" not in found:
                assert "error" not in found, found
                return found["result"]

    def _tell(self, method: str, params: object) -> None:
        self._send({"method": method, "params": params})

    def _next(self) -> Message:
        """One message; questions of the server are answered, what it says of a file is kept."""
        found = self._answers.get(timeout=PATIENCE)
        method = found.get("method", "")
        if method == "textDocument/publishDiagnostics":
            self._told[found["params"]["uri"]] = found["params"]["diagnostics"]
        elif "id" in found and method:
            asked = found["params"].get("items", []) if method == "workspace/configuration" else None
            result = [self._settings if one.get("section") == "yaml" else {} for one in asked] if asked else None
            self._send({"id": found["id"], "result": result})
            self._is_configured = self._is_configured or result is not None
        return found

    def _send(self, message: Message) -> None:
        assert self._process.stdin is not None
        body = json.dumps({"jsonrpc": "2.0", **message}).encode()
        self._process.stdin.write(b"Content-Length: %d\r\n\r\n%s" % (len(body), body))
        self._process.stdin.flush()

    def _read(self) -> None:
        stream = self._process.stdout
        assert stream is not None
        while head := stream.readline():
            length = int(head.split(b":")[1])
            while stream.readline().strip():
                pass
            self._answers.put(json.loads(stream.read(length)))


def _text(said: Any) -> str:
    return said["value"] if isinstance(said, dict) else str(said)
