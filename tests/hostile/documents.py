"""Hostile case.yaml files: YAML that unfolds or runs, and definitions that are no definitions."""

# ruff: noqa: E501  # lists of hostile words

from __future__ import annotations

from tests.hostile.inputs import ESCAPE, SCRIPT

_NINE = "&{0} [*{1},*{1},*{1},*{1},*{1},*{1},*{1},*{1},*{1}]"
LAUGHS = "a: &a [x,x,x,x,x,x,x,x,x]\n" + "\n".join(
    f"{b}: {_NINE.format(b, a)}" for a, b in zip("abcdefgh", "bcdefghi", strict=True)
)
TAGS = ("!!python/object/apply:os.system ['touch owned']", "!!python/name:os.system",
        "!!python/object:subprocess.Popen", "!!python/module:os", "!!python/tuple [1]", "!!binary aGFsbG8=", "!!set {a}", "!include /etc/passwd", "!<x> y",
        "!!js/function 'x'", "!!python/object/new:os.system [id]")  # fmt: skip

DOCUMENTS: dict[str, bytes] = {
    "empty": b"",
    "only a byte order mark": b"\xef\xbb\xbf",
    "a list": b"- a\n- b\n",
    "a text": b"just words",
    "two documents": b"a: 1\n---\nb: 2\n",
    "not UTF-8": b"title: \xff\xfe\n",
    "UTF-16": "title: x\n".encode("utf-16"),
    "null bytes": b"title: a\x00b\n",
    "escape codes": f"title: {ESCAPE}\n".encode(),
    "billion laughs": LAUGHS.encode(),
    "51,000 aliases": b"a: &a 1\nb: [" + b"*a," * 51_000 + b"1]\n",
    "an alias to itself": b"a: &a [*a]\n",
    "an alias to nothing": b"a: *b\n",
    "lists nested 10,000 deep": b"a: " + b"[" * 10_000 + b"]" * 10_000,
    "blocks nested 900 deep": b"".join(b" " * n + b"a:\n" for n in range(900)),
    "blocks nested 100 deep": b"".join(b" " * n + b"a:\n" for n in range(100)),
    "a key twice": b"slug: a\nslug: b\n",
    "a key that is a list": b"? [a, b]\n: 1\n",
    "a merge key": b"a: &a {slug: x}\nb:\n  <<: *a\n",
    "tabs": b"a:\n\tb: 1\n",
    "a quote never closed": b'title: "x\n',
    "a megabyte": b"title: " + b"x" * 1_100_000 + b"\n",
    "51,000 values": b"a: [" + b"1," * 51_000 + b"1]\n",
    "a key of 100,000 signs": b"k" * 100_000 + b": 1\n",
    "an integer of a million digits": b"draws: " + b"9" * 900_000 + b"\n",
    "a number in base 60": b"a: 1:30:00\nb: 0x1F\nc: 0o17\nd: 1_000\ne: .inf\nf: .nan\n",
    "a date that is none": b"dates: {assessed_on: 2024-13-45}\n",
    "a directive": b"%YAML 9.9\n%TAG ! tag:yaml.org,2002:python/\n---\na: !object/apply:os.system [id]\n",
    "keys of markup": f"'{SCRIPT}': 1\n".encode(),
    "keys of escape codes": b'"\\e[2J": 1\n"\\u202e": 2\n"a\\nb": 3\n',
    **{f"a tag: {tag}": f"title: {tag}\n".encode() for tag in TAGS},
    **{f"a tag as a key: {tag}": f"{tag.split()[0]} x: 1\n".encode() for tag in TAGS[:3]},
}
