"""Holds requests, one JSON object {"vendor", "from", "body"} a line on standard input, against the vendors' own types."""

import collections
import json
import sys
import typing

import pydantic
from pydantic import ConfigDict, TypeAdapter

# pydantic would check the items of an Iterable only when somebody asks for them.
typing.Iterable = typing.List
import anthropic.types as anthropic_types
import openai.types.chat as chat_types
import openai.types.responses as responses_types

typing.Iterable = collections.abc.Iterable
from google.genai import types as google_types


def strict(*packages: str) -> None:
    """Makes every object type of the packages refuse fields that it does not name."""
    for name, module in list(sys.modules.items()):
        if not name.startswith(packages):
            continue
        for value in list(vars(module).values()):
            if typing.is_typeddict(value) or type(value).__name__ == "_TypedDictMeta":
                value.__pydantic_config__ = ConfigDict(extra="forbid", arbitrary_types_allowed=True)


def only_of_requests() -> None:
    """The content of a message may also be blocks of an answer as Python objects, and those may hold anything."""
    param = sys.modules["anthropic.types.message_content_param"].MessageContentParam
    text, blocks = typing.get_args(param)
    params = [block for block in typing.get_args(typing.get_args(blocks)[0]) if hasattr(block, "__total__")]
    content = typing.Union[text, typing.List[typing.Union[tuple(params)]]]
    for name, module in list(sys.modules.items()):
        if name.startswith("anthropic.types") and hasattr(module, "MessageContentParam"):
            module.MessageContentParam = content


strict("anthropic", "openai")
only_of_requests()
MESSAGES = TypeAdapter(anthropic_types.message_create_params.MessageCreateParamsStreaming)
RESPONSES = TypeAdapter(responses_types.response_create_params.ResponseCreateParamsStreaming)
CHAT = TypeAdapter(chat_types.completion_create_params.CompletionCreateParamsStreaming)
GOOGLE = {
    "contents": TypeAdapter(list[google_types.Content]),
    "systemInstruction": TypeAdapter(google_types.Content),
    "tools": TypeAdapter(list[google_types.Tool]),
    "generationConfig": TypeAdapter(google_types.GenerationConfig),
}


def check(vendor: str, body: dict) -> None:
    if vendor == "google":
        for field, value in body.items():
            GOOGLE[field].validate_python(value)
        return
    adapter = {"anthropic": MESSAGES, "responses": RESPONSES, "chat": CHAT}[vendor]
    adapter.validate_python(body, strict=True)


def main() -> int:
    passed, failed = 0, 0
    for line in sys.stdin:
        request = json.loads(line)
        try:
            check(request["vendor"], request["body"])
            passed += 1
        except (pydantic.ValidationError, KeyError) as error:
            failed += 1
            print(f"{request['from']} to {request['vendor']}: {error}\n{json.dumps(request['body'])}", file=sys.stderr)
    print(f"{passed} requests fit the vendors' types, {failed} do not")
    return 1 if failed or not passed else 0


if __name__ == "__main__":
    sys.exit(main())
