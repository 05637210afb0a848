#!/usr/bin/env python3
"""A language server that behaves as the text of the file says which it is shown."""

import json, os, sys, time

STDIN, STDOUT = sys.stdin.buffer, sys.stdout.buffer
open("fake.pid", "w").write(str(os.getpid()))


def send(message):
    body = json.dumps(message).encode()
    STDOUT.write(b"Content-Length: %d\r\n\r\n" % len(body) + body)
    STDOUT.flush()


def receive():
    length = None
    while True:
        line = STDIN.readline()
        if not line:
            if os.path.exists("stubborn"):
                time.sleep(1000)
            sys.exit()
        if line == b"\r\n":
            return json.loads(STDIN.read(length))
        length = int(line.split(b":")[1])


def at(line, first, last):
    return {"start": {"line": line, "character": first}, "end": {"line": line, "character": last}}


def tell(uri, text):
    found = [{"range": at(0, 2, 3), "severity": 2, "code": "odd", "message": text.splitlines()[0]}]
    send({"method": "textDocument/publishDiagnostics", "params": {"uri": uri, "diagnostics": found}})


texts = {}
while True:
    message = receive()
    method, params = message.get("method"), message.get("params")
    if method == "initialize":
        open("fake.log", "a").write("start\n")
        if os.path.exists("silent"):
            time.sleep(1000)
        can = ["hoverProvider", "definitionProvider", "referencesProvider", "documentSymbolProvider"]
        send({"id": message["id"], "result": {"capabilities": {name: True for name in can}}})
        # Ask for what we do not have, and announce work.
        send({"id": "a", "method": "workspace/configuration", "params": {"items": [{}, {}]}})
        send({"id": "b", "method": "unheard/of"})
        send({"method": "$/progress", "params": {"token": 1, "value": {"kind": "begin"}}})
    elif message.get("id") == "a":
        assert message["result"] == [None, None], message
        send({"method": "$/progress", "params": {"token": 1, "value": {"kind": "end"}}})
    elif method == "textDocument/didOpen":
        texts[params["textDocument"]["uri"]] = params["textDocument"]["text"]
        tell(params["textDocument"]["uri"], params["textDocument"]["text"])
    elif method == "textDocument/didChange":
        texts[params["textDocument"]["uri"]] = params["contentChanges"][0]["text"]
        tell(params["textDocument"]["uri"], params["contentChanges"][0]["text"])
    elif method == "textDocument/hover":
        uri = params["textDocument"]["uri"]
        text = texts[uri]
        if "die" in text:
            sys.exit(1)
        if "garbage" in text:
            STDOUT.write(b"Content-Length: 5\r\n\r\n{{{{{")
            STDOUT.flush()
        elif "huge" in text:
            STDOUT.write(b"Content-Length: 99999999\r\n\r\n" + b"x" * 100000)
            STDOUT.flush()
        elif "refuse" in text:
            send({"id": message["id"], "error": {"code": 1, "message": "no such thing"}})
        elif "hang" in text:
            open("fake.log", "a").write("hang\n")
        else:
            place = params["position"]
            send({"id": message["id"], "result": {"contents": {"kind": "plaintext", "value": "at %(line)d:%(character)d" % place}}})
    elif method == "textDocument/definition":
        uri = params["textDocument"]["uri"]
        send({"id": message["id"], "result": [
            {"targetUri": uri, "targetSelectionRange": at(1, 2, 3)},
            {"uri": "file:///etc/hosts", "range": at(0, 0, 1)},
            {"uri": "untitled:x", "range": at(0, 0, 1)},
            {"nonsense": True},
        ]})
    elif method == "textDocument/references":
        send({"id": message["id"], "result": [{"uri": params["textDocument"]["uri"], "range": at(0, 0, 1)}] * 300})
    elif method == "textDocument/documentSymbol":
        deep = {"name": "leaf", "kind": 6, "range": at(1, 0, 1), "selectionRange": at(1, 2, 3)}
        for _ in range(40):
            deep = {"name": "C", "kind": 5, "range": at(0, 0, 1), "selectionRange": at(0, 0, 1), "children": [deep]}
        send({"id": message["id"], "result": [deep]})
