//! Further phrases of the table in the documentation of the module.

use crate::reply::{brief, check_brief};

#[test]
fn scripts_with_cases_and_functions() {
    let mut brief = brief(
        "a.sh",
        &[
            r#"With `--quiet` it exits with status 0; otherwise it prints `loud`"#,
            r#"when no argument is given it prints `usage: a` to standard error and exits with status 2"#,
            r#"defines the function `f` that runs `ls -l`"#,
            r#"prints `err` to standard error"#,
        ],
    );
    brief.title = "Shell".to_owned();
    let expected = r#"#!/bin/sh
# Shell
set -eu

f() {
    ls -l
}

if [ "$#" -lt 1 ]; then
    printf '%s\n' 'usage: a' >&2
    exit 2
fi

case "${1:-}" in
--quiet)
    exit 0
    ;;
esac

printf '%s\n' 'loud'
printf '%s\n' 'err' >&2
"#;
    check_brief(&brief, expected);
}

#[test]
fn scripts_by_their_calls() {
    let mut brief = brief(
        "bin/wc.sh",
        &[
            r#"`bin/wc.sh FILE` runs `wc -l < "$file"`"#,
            r#"`bin/wc.sh` exits with status 2 when no argument is given"#,
            r#"The script `bin/wc.sh` has the shebang `#!/bin/sh`"#,
            r#"`sh bin/wc.sh --version` prints `1.0`"#,
        ],
    );
    brief.title = "Shell2".to_owned();
    let expected = r#"#!/bin/sh
# Shell2
set -eu

if [ "$#" -lt 1 ]; then
    exit 2
fi

case "${1:-}" in
--version)
    printf '%s\n' '1.0'
    exit 0
    ;;
esac

file=${1:-}

wc -l < "$file"
"#;
    check_brief(&brief, expected);
}

#[test]
fn modules_in_other_words() {
    let mut brief = brief(
        "m.py",
        &[
            r#"`f(n: int)` accepts `strict` parameter (boolean, default: False)"#,
            r#"`f(n: int)` raises `ValueError` when `n` is negative"#,
            r#"`g(x)` raises `TypeError` if `x` is `None`"#,
            r#"`h(s: str) -> str` takes the parameter `sep: str = ","`"#,
            r#"defines `class Box(dict)`"#,
            r#"`Box.fill(n: int) -> None`"#,
            r#"imports `json`"#,
            r#"imports `Path` from `pathlib`"#,
        ],
    );
    brief.title = "Py".to_owned();
    brief
        .notes
        .push(r#"Module docstring describes purpose: "Counts things""#.to_owned());
    let expected = r#""""Counts things."""

import json
from pathlib import Path
from typing import Any


class Box(dict):
    """Box."""

    def fill(self, n: int) -> None:
        raise NotImplementedError("fill: not determined by the task")


def f(n: int, strict: bool = False) -> Any:
    if n < 0:
        raise ValueError("n is negative")
    raise NotImplementedError("f: not determined by the task")


def g(x: Any) -> Any:
    if x is None:
        raise TypeError("x is None")
    raise NotImplementedError("g: not determined by the task")


def h(s: str, sep: str = ",") -> str:
    raise NotImplementedError("h: not determined by the task")
"#;
    check_brief(&brief, expected);
}

#[test]
fn keys_in_other_words() {
    let mut brief = brief(
        "a.json",
        &[
            r#"contains `"a": 1`"#,
            r#"`a.json` has the key `b` with value `[1, 2]`"#,
            r#"it has the fields `c` and `d`"#,
            r#"`e` equals 3"#,
        ],
    );
    brief.title = "Json".to_owned();
    let expected = r#"{
  "a": 1,
  "b": [
    1,
    2
  ],
  "c": null,
  "d": null,
  "e": 3
}
"#;
    check_brief(&brief, expected);
}

#[test]
fn lines_in_other_words() {
    let mut brief = brief(
        "a.txt",
        &[
            r#"has a line that starts with `Name:`"#,
            r#"`a.txt` consists of the lines `x`, `y`"#,
            r#"has the entries `p`, `q`"#,
            r#"the last line is `z`"#,
        ],
    );
    brief.title = "Text".to_owned();
    let expected = r#"Name:
x
y
p
q
z
"#;
    check_brief(&brief, expected);
}

#[test]
fn documents_in_other_words() {
    let mut brief = brief(
        "a.md",
        &[
            r#"has steps `one`, `two`"#,
            r#"`a.md` has the bullets `x`, `y`"#,
            r#"links to `docs/b.md`"#,
            r#"below the heading `## Z` it says `hello`"#,
        ],
    );
    brief.title = "Md".to_owned();
    let expected = r#"# Md

1. one
2. two

- x
- y

docs/b.md

## Z

hello
"#;
    check_brief(&brief, expected);
}

#[test]
fn yaml_in_other_words() {
    let mut brief = brief(
        "a.yml",
        &[
            r#"sets `on` to `push`"#,
            r#"contains `name: x`"#,
            r#"`jobs.a.steps` lists `one`, `two`"#,
            r#"has the keys `k`"#,
        ],
    );
    brief.title = "Yaml".to_owned();
    let expected = r#"on: push
jobs:
  a:
    steps:
      - one
      - two
k:
name: x
"#;
    check_brief(&brief, expected);
}
