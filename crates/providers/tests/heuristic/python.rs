//! Python modules and pytest files.

use wavecrew_providers::heuristic::{Brief, BriefFile, Material};

use crate::python3::check_syntax;
use crate::reply::{brief, check, check_brief, files};

#[test]
fn a_class_with_the_parameters_that_are_stated() {
    let mut brief = brief(
        "pkg/engine.py",
        &[
            "Class `Engine` instantiates without error",
            "Constructor accepts `end_point` parameter (string)",
            "Module imports successfully: `from pkg.engine import Engine`",
            "Basic smoke test passes: `e = Engine(); assert e is not None`",
        ],
    );
    brief.notes = vec![
        "Implement class `Engine` with `__init__` method".to_owned(),
        "Add end point parameter (default: http://host:1)".to_owned(),
    ];
    check_brief(
        &brief,
        r#""""Demo."""


class Engine:
    """Engine."""

    def __init__(self, end_point: str = "http://host:1") -> None:
        self.end_point = end_point
"#,
    );
}

#[test]
fn functions_do_what_is_stated_and_no_more() {
    check(
        "calc.py",
        &[
            "defines the function `add(a: int, b: int) -> int`",
            "`add(a, b)` returns `a + b`",
            "`scale(x: float, factor: float = 2.0) -> float` returns `x * factor`",
            "`half(n: int) -> int` raises `ValueError` when `n` is less than `2`",
            "`wait(for_: Clock, at: int = NOON) -> Dict[str, Any]` is provided, a function `tick()`",
            "constant `MAX` is `10` and constant `NAME = \"calc\"`",
            "`total()` returns `unknown + 1`",
            "`sign(x)` returns `1` when positive",
        ],
        r#""""Demo."""

from typing import Any, Dict

MAX = 10
NAME = "calc"


def add(a: int, b: int) -> int:
    return a + b


def scale(x: float, factor: float = 2.0) -> float:
    return x * factor


def half(n: int) -> int:
    if n < 2:
        raise ValueError("n is less than 2")
    raise NotImplementedError("half: not determined by the task")


def wait(for_: "Clock", at: int = None) -> Dict[str, Any]:
    raise NotImplementedError("wait: not determined by the task")


def tick(*args: Any, **kwargs: Any) -> Any:
    raise NotImplementedError("tick: not determined by the task")


def total(*args: Any, **kwargs: Any) -> Any:
    raise NotImplementedError("total: not determined by the task")


def sign(x: Any) -> Any:
    raise NotImplementedError("sign: not determined by the task")
"#,
    );
}

#[test]
fn classes_methods_exceptions_and_dataclasses() {
    check(
        "shapes.py",
        &[
            "defines the exception `ShapeError`, a subclass of `ValueError`",
            "the class `Stack` has the method `push(item: str) -> None` and the method `size() -> int`",
            "the dataclass `Point` has the fields `x: int` and `y: int = 0`",
            "`Stack.top() -> str`",
            "imports `Path` from `pathlib`",
        ],
        r#""""Demo."""

from dataclasses import dataclass
from pathlib import Path


class ShapeError(ValueError):
    """ShapeError."""


class Stack:
    """Stack."""

    def push(self, item: str) -> None:
        raise NotImplementedError("push: not determined by the task")

    def size(self) -> int:
        raise NotImplementedError("size: not determined by the task")

    def top(self) -> str:
        raise NotImplementedError("top: not determined by the task")


@dataclass
class Point:
    """Point."""

    x: int
    y: int = 0
"#,
    );
}

#[test]
fn names_are_read_from_tests() {
    let mut brief = brief("src/app/engine.py", &[]);
    brief.tests = vec![
        "cd src && python3 -c \"from app.engine import Engine, start; e = Engine(speed='fast', gear=7); e.run('now', mode=3); start()\"".to_owned(),
        "python3 - <<'EOF'\nfrom src.app.engine import Engine\nassert Engine().stop() == 'never'\nEOF".to_owned(),
        "python3 -c 'from elsewhere import Other; Other(secret=1)'".to_owned(),
    ];
    check_brief(
        &brief,
        r#""""Demo."""

from typing import Any, Optional


class Engine:
    """Engine."""

    def __init__(self, speed: Optional[Any] = None, gear: Optional[Any] = None) -> None:
        self.speed = speed
        self.gear = gear

    def run(self, *args: Any, **kwargs: Any) -> Any:
        raise NotImplementedError("run: not determined by the task")

    def stop(self, *args: Any, **kwargs: Any) -> Any:
        raise NotImplementedError("stop: not determined by the task")


def start(*args: Any, **kwargs: Any) -> Any:
    raise NotImplementedError("start: not determined by the task")
"#,
    );
}

const ENGINE: &str = r#""""Engines."""

import os


class Engine:
    """An engine."""

    def __init__(self, speed: int) -> None:
        self.speed = speed

    def run(self):
        raise NotImplementedError

    def stop(self):
        return os.getpid()


def helper():
    return 1


if __name__ == "__main__":
    helper()
"#;

#[test]
fn a_module_that_is_there_is_extended() {
    let mut brief = brief(
        "engine.py",
        &[
            "the class `Engine` has the method `turn(by: int) -> int` and its constructor accepts `gear` parameter (default: 1)",
            "`helper()` returns `2`",
            "constant `LIMIT` is `5`",
        ],
    );
    brief.deliverables[0].existing = Some(ENGINE.to_owned());
    brief.material.push(Material {
        language: "python".to_owned(),
        text: "def run(self) -> bool:\n    \"\"\"Run.\"\"\"\n    return True\n\ndef extra():\n    return json.dumps([])\n".to_owned(),
        ..Material::default()
    });
    check_brief(
        &brief,
        r#""""Engines."""

import os
import json

LIMIT = 5


class Engine:
    """An engine."""

    def __init__(self, speed: int, gear: Any = 1) -> None:
        self.speed = speed
        self.gear = gear

    def run(self) -> bool:
        """Run."""
        return True

    def stop(self):
        return os.getpid()

    def turn(self, by: int) -> int:
        raise NotImplementedError("turn: not determined by the task")


def helper():
    return 1


def extra():
    return json.dumps([])


if __name__ == "__main__":
    helper()
"#
        .replace("import json\n", "import json\nfrom typing import Any\n")
        .as_str(),
    );
}

#[test]
fn material_that_is_no_module_is_left_out() {
    for text in [
        "return {\n    \"a\": 1\n}\n",
        "\"KEY\": \"\"\"\ntext\n\"\"\"\n",
        "def broken(:\n",
        "first do this, then that\n",
        "{ \"a\": 0-10, ...all sections... }\n",
        "if x:\ny = 1\n",
    ] {
        let mut brief = brief("a.py", &["constant `A` is `1`"]);
        let (language, text) = ("python".to_owned(), text.to_owned());
        brief.material.push(Material {
            path: None,
            language,
            text,
        });
        check_brief(&brief, "\"\"\"Demo.\"\"\"\n\nA = 1\n");
    }
}

#[test]
fn material_without_a_body_is_told_to_be_unwritten() {
    let mut brief = brief("a.py", &["Implement class `A`"]);
    let text =
        "def go(self, x: str) -> Dict[str, Any]:\n    \"\"\"\n    Go.\n    \"\"\"\n".to_owned();
    brief.material.push(Material {
        path: None,
        language: "python".to_owned(),
        text,
    });
    check_brief(
        &brief,
        r#""""Demo."""

from typing import Any, Dict


class A:
    """A."""

    def go(self, x: str) -> Dict[str, Any]:
        """
        Go.
        """
        raise NotImplementedError("go: not determined by the task")
"#,
    );
}

#[test]
fn tests_assert_what_is_stated_and_fail_otherwise() {
    let mut brief = brief(
        "tests/test_calc.py",
        &[
            "imports `add` from `src.calc`",
            "`test_add` asserts that `add(2, 3) == 5`",
            "defines the test `test_zero`",
        ],
    );
    brief.notes = vec![
        "Test 7: Empty/null inputs".to_owned(),
        "Tests 8-9: Scores (low/high)".to_owned(),
    ];
    brief.tests = vec!["pytest tests/test_calc.py::test_from_id[x] -v".to_owned()];
    let stub = |name: &str| {
        format!("    raise NotImplementedError(\"{name}: not determined by the task\")\n")
    };
    let expected = [
        "\"\"\"Demo.\"\"\"\n\nfrom src.calc import add\n\n\ndef test_add() -> None:\n    assert add(2, 3) == 5\n",
        &format!("\n\ndef test_from_id() -> None:\n{}", stub("test_from_id")),
        &format!(
            "\n\ndef test_7_empty_null_inputs() -> None:\n    \"\"\"Test 7: Empty/null inputs.\"\"\"\n{}",
            stub("test_7_empty_null_inputs")
        ),
        &format!(
            "\n\ndef test_8_low() -> None:\n    \"\"\"Test 8: low.\"\"\"\n{}",
            stub("test_8_low")
        ),
        &format!(
            "\n\ndef test_9_high() -> None:\n    \"\"\"Test 9: high.\"\"\"\n{}",
            stub("test_9_high")
        ),
        &format!("\n\ndef test_zero() -> None:\n{}", stub("test_zero")),
    ];
    check_brief(&brief, &expected.concat());
}

#[test]
fn tests_go_to_the_file_that_the_commands_run() {
    let brief = Brief {
        title: "Edges".to_owned(),
        deliverables: vec![
            BriefFile::new("w/tests/test_a.py"),
            BriefFile::new("w/tests/test_b.py"),
        ],
        notes: vec![
            "Implement 2 tests: Tests 1-2".to_owned(),
            "Test 2: Null".to_owned(),
        ],
        tests: vec!["cd w && pytest tests/test_b.py -v".to_owned()],
        ..Brief::default()
    };
    let found = files(&brief);
    assert!(found[0].1.contains("test_not_written") && !found[0].1.contains("test_2"));
    assert!(found[1].1.contains("def test_1()") && found[1].1.contains("def test_2_null()"));
    assert!(!found[1].1.contains("def test_2()"));
    check_syntax(&found);
}
