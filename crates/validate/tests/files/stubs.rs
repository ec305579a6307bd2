//! Functions and tests that do nothing.

use wavecrew_validate::NoStub;

use super::support::{fails, passes, report};

#[test]
fn python_stubs() {
    for (content, evidence) in [
        ("def f():\n    pass\n", "line 1: `f` is only `pass`"),
        ("def f(): pass\n", "line 1: `f` is only `pass`"),
        (
            "def f(x: int = 1) -> dict[str, int]: ...\n",
            "`f` is only `...`",
        ),
        (
            "async def f(\n    a,\n    b,\n):\n    # later\n    pass\n",
            "line 1: `f`",
        ),
        ("def f():\n    \"\"\"Do it.\"\"\"\n", "a docstring"),
        (
            "def f():\n    \"\"\"Do it.\"\"\"\n    return None\n",
            "a docstring and `return None`",
        ),
        (
            "def f():\n    raise NotImplementedError(\"soon\")\n",
            "raise NotImplementedError",
        ),
        (
            "def f():\n    print('not implemented')\n",
            "not implemented",
        ),
        (
            "x = 1\n\n\nclass A:\n    def __init__(self, x):\n        self.x = x\n\n    def go(self):\n        pass\n",
            "line 8: `A.go`",
        ),
        (
            "class A:\n    def __init__(self, x):\n        pass\n\n    def go(self):\n        return 1\n",
            "line 2: `A.__init__`",
        ),
        ("class A:\n    pass\n", "line 1: `A`"),
        ("class A:\n    \"\"\"Something.\"\"\"\n", "line 1: `A`"),
        (
            "class A(Base):\n    @property\n    def x(self):\n        ...\n",
            "line 3: `A.x`",
        ),
        (
            "class A:\n    class B:\n        def f(self):\n            pass\n    def g(self):\n        return 1\n",
            "`A.B.f`",
        ),
        ("if True:\n    def f():\n        pass\n", "`f`"),
        (
            "def f(x):\n    if not x:\n        raise ValueError(x)\n    raise NotImplementedError(\"f\")\n",
            "line 1: `f` is only a way to `raise NotImplementedError`",
        ),
    ] {
        fails(&NoStub, "a.py", content, evidence);
    }
    let many = report(
        &NoStub,
        "a.py",
        "class A:\n    def f(self):\n        pass\n\n    def g(self):\n        ...\n",
    );
    insta::assert_snapshot!(many.checks[0], @"fail: stubs in `a.py`: lines 2 and 5: `A.f` is only `pass`");
    insta::assert_snapshot!(many.checks[0].detail.as_deref().unwrap(), @"
    line 2: `A.f` is only `pass`
    line 5: `A.g` is only `...`
    ");
}

#[test]
fn python_test_stubs() {
    for content in [
        "def test_a():\n    pass\n",
        "def test_a():\n    assert True\n",
        "def test_a():\n    \"\"\"Checks a.\"\"\"\n    assert True, 'soon'\n",
        "def test_a():\n    assert 1 == 1\n",
        "def test_a():\n    pytest.skip('soon')\n",
        "def test_a():\n    print('fine')\n    assert True\n",
        "class TestA(unittest.TestCase):\n    def test_a(self):\n        self.assertTrue(True)\n",
    ] {
        fails(&NoStub, "tests/test_a.py", content, "`");
    }
    for content in [
        "def test_a():\n    assert a() == 1\n",
        "def test_a():\n    a()\n",
        "class Fake:\n    def close(self):\n        pass\n\n\ndef test_a():\n    a(Fake())\n",
        "class Fake: pass\n\ndef test_a():\n    assert a(Fake)\n",
        "def helper():\n    pass\n\ndef test_a():\n    assert helper() is None\n",
        "def test_a():\n    with pytest.raises(ValueError):\n        a()\n",
        "@pytest.mark.skip\ndef test_a():\n    assert a() == 1\n",
    ] {
        passes(&NoStub, "tests/test_a.py", content);
    }
}

#[test]
fn what_is_no_python_stub() {
    for content in [
        "from abc import ABC, abstractmethod\n\nclass A(ABC):\n    @abstractmethod\n    def f(self): ...\n\n    @abstractmethod\n    def g(self):\n        \"\"\"Go.\"\"\"\n",
        "class A(abc.ABC):\n    def f(self):\n        raise NotImplementedError\n",
        "class A(metaclass=ABCMeta):\n    def f(self):\n        raise NotImplementedError\n",
        "class A:\n    def f(self):\n        raise NotImplementedError\n\nclass B(A):\n    def f(self):\n        return 1\n",
        "class P(Protocol):\n    def f(self) -> int: ...\n",
        "class P(Protocol[T]):\n    def f(self) -> int:\n        \"\"\"Go.\"\"\"\n",
        "@overload\ndef f(x: int) -> int: ...\n@overload\ndef f(x: str) -> str: ...\ndef f(x):\n    return x\n",
        "@typing.overload\ndef f(x: int) -> int: ...\ndef f(x):\n    return x\n",
        "class MyError(Exception):\n    pass\n",
        "class MyError(ValueError):\n    \"\"\"It went wrong.\"\"\"\n",
        "class MyError(Exception): pass\n",
        "class A:\n    def __init__(self, x, y):\n        self.x = x\n        self.y = y\n",
        "class A:\n    def __init__(self):\n        pass\n\n    def f(self):\n        return 1\n",
        "class A:\n    def __enter__(self):\n        return self\n\n    def __exit__(self, *args):\n        pass\n",
        "class Missing:\n    pass\n\ndef f(x=Missing):\n    return x\n",
        "class _Marker:\n    pass\n",
        "@dataclass\nclass A:\n    x: int\n",
        "class A(TypedDict):\n    x: int\n",
        "class A(Enum):\n    X = 1\n",
        "@click.group()\ndef cli():\n    \"\"\"The program.\"\"\"\n",
        "@app.callback()\ndef main() -> None:\n    \"\"\"The program.\"\"\"\n",
        "@functools.singledispatch\ndef f(x):\n    raise NotImplementedError\n",
        "def f(x):\n    if x:\n        return 1\n    raise NotImplementedError(x)\n",
        "def f():\n    try:\n        g()\n    except KeyError:\n        pass\n",
        "def f():\n    return None\n",
        "def f():\n    for x in y:\n        pass\n",
        "def f(on_done=lambda: None):\n    def inner():\n        pass\n    on_done()\n    return inner\n",
        "text = '''\ndef f():\n    pass\n'''\n",
        "def f(): return 1\n",
        "def f(x): \"\"\"Doc.\"\"\"; return x\n",
        "x = 1\n",
    ] {
        passes(&NoStub, "a.py", content);
    }
    passes(&NoStub, "a.pyi", "def f() -> int: ...\n");
}

#[test]
fn shell_stubs() {
    fails(
        &NoStub,
        "a.sh",
        "#!/bin/sh\nset -e\ngo() {\n  :\n}\ngo\n",
        "line 3: `go` is only `:`",
    );
    fails(&NoStub, "a.sh", "go() { true; }\ngo\n", "line 1");
    fails(
        &NoStub,
        "a.sh",
        "function go {\n  return 0\n}\ngo\n",
        "line 1",
    );
    fails(
        &NoStub,
        "a.sh",
        "go() {\n  echo 'not implemented' >&2\n  exit 1\n}\ngo\n",
        "not implemented",
    );
    fails(
        &NoStub,
        "a.sh",
        "#!/bin/sh\n# All of it.\nset -eu\n",
        "without a command",
    );
    fails(
        &NoStub,
        "a.sh",
        "#!/bin/sh\nprintf '%s\\n' 'not implemented: it' >&2\nexit 1\n",
        "not implemented",
    );
    for content in [
        "#!/bin/sh\necho hello\n",
        "go() { ls; }\ngo\n",
        "go() { grep -q x a || true; }\ngo\n",
        "#!/bin/sh\nX=$(date)\nexport X\n",
        "ok() { echo fine; return 0; }\nok\n",
        "while :; do\n  sleep 1\ndone\n",
        "#!/bin/sh\n: \"${1:?usage}\"\necho \"$1\"\n",
        "X=1\nY=2\n",
    ] {
        passes(&NoStub, "a.sh", content);
    }
}

#[test]
fn stubs_in_languages_with_braces() {
    for (path, content, evidence) in [
        (
            "a.rs",
            "fn f() -> u32 {\n    todo!()\n}\n",
            "line 2: `f` is only `todo!`",
        ),
        (
            "a.rs",
            "fn f() {\n    unimplemented!(\"soon\")\n}\n",
            "line 2",
        ),
        (
            "a.rs",
            "fn f() {\n    panic!(\"not implemented\")\n}\n",
            "line 2",
        ),
        ("a.rs", "#[test]\nfn works() {}\n", "line 1"),
        (
            "a.ts",
            "export function f(): number {\n  throw new Error('Not implemented');\n}\n",
            "line 2: `f`",
        ),
        (
            "a.js",
            "class A {\n  f() { throw new Error(\"TODO: later\"); }\n}\n",
            "line 2",
        ),
        ("a.test.js", "it('adds', () => {});\n", "line 1"),
        (
            "a.test.js",
            "test('adds', async () => {\n  // soon\n  expect(true).toBe(true);\n});\n",
            "line 1",
        ),
        ("a.test.js", "it.todo('adds');\n", "line 1"),
        (
            "a.go",
            "func f() {\n\tpanic(\"not implemented\")\n}\n",
            "line 2: `f`",
        ),
        (
            "A.java",
            "int f() {\n  throw new UnsupportedOperationException(\"Not implemented yet\");\n}\n",
            "line 2",
        ),
        (
            "A.cs",
            "int F() => throw new NotImplementedException();\n",
            "line 1",
        ),
        ("a.kt", "fun f(): Int = TODO()\n", "line 1: `f`"),
    ] {
        fails(&NoStub, path, content, evidence);
    }
    for (path, content) in [
        (
            "a.rs",
            "/// Never `todo!()`.\nfn f() -> &'static str {\n    \"todo!()\"\n}\n",
        ),
        ("a.rs", "fn f() {}\n\n#[test]\nfn works() {\n    f();\n}\n"),
        ("a.rs", "fn f() {\n    panic!(\"the lamp is out\")\n}\n"),
        (
            "a.ts",
            "function f() {\n  throw new Error('no such user');\n}\n",
        ),
        (
            "a.ts",
            "abstract class A {\n  abstract f(): void;\n  constructor(private x: number) {}\n}\nconst noop = () => {};\n",
        ),
        (
            "a.js",
            "const s = \"throw new Error('not implemented')\";\n// throw new Error('not implemented')\n",
        ),
        (
            "a.test.js",
            "it('adds', () => {\n  expect(add(1, 2)).toBe(3);\n});\n",
        ),
        ("a.js", "submit(() => {});\nwait('x', () => {});\n"),
        ("a.go", "func f() {\n\tpanic(\"unreachable\")\n}\n"),
        (
            "A.java",
            "void add() { throw new UnsupportedOperationException(); }\n",
        ),
    ] {
        passes(&NoStub, path, content);
    }
}
