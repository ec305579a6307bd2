//! The checks of delivered files, with what must not alarm them.

use proptest::prelude::*;
use wavecrew_validate::{
    Candidate, NoPlaceholder, NoStub, NotAGuide, NotEmpty, Report, Syntax, Validator, Verdict,
    file_checks,
};

fn report(validator: &dyn for<'a> Validator<Candidate<'a>>, path: &str, content: &str) -> Report {
    let mut report = Report::new();
    validator.validate(&Candidate::new(path, content), &mut report);
    report
}

fn all_checks(path: &str, content: &str) -> Report {
    let mut report = Report::new();
    file_checks().validate(&Candidate::new(path, content), &mut report);
    report
}

/// The check fails, with this evidence.
#[track_caller]
fn fails(
    validator: &dyn for<'a> Validator<Candidate<'a>>,
    path: &str,
    content: &str,
    evidence: &str,
) {
    let report = report(validator, path, content);
    let shown: Vec<String> = report.checks.iter().map(ToString::to_string).collect();
    assert_eq!(
        report.verdict(),
        Verdict::Fail,
        "{path}: {shown:?}\n{content}"
    );
    let found = report.of(Verdict::Fail).next().unwrap();
    assert!(
        found.evidence.contains(evidence),
        "{path}: {found}, not {evidence}\n{content}"
    );
}

/// The check was made and passes.
#[track_caller]
fn passes(validator: &dyn for<'a> Validator<Candidate<'a>>, path: &str, content: &str) {
    let report = report(validator, path, content);
    let shown: Vec<String> = report.checks.iter().map(ToString::to_string).collect();
    assert_eq!(
        report.verdict(),
        Verdict::Pass,
        "{path}: {shown:?}\n{content}"
    );
}

#[test]
fn empty_files() {
    fails(&NotEmpty, "a.py", "", "empty");
    fails(&NotEmpty, "a.md", " \n\t\n", "white space");
    fails(&NotEmpty, "a.md", "\u{feff}\u{200b}\n", "white space");
    fails(&NotEmpty, "a.bin", "a\nb\0", "line 2 holds a NUL");
    passes(&NotEmpty, "a.py", "x");
    passes(&NotEmpty, "pkg/__init__.py", "");
}

#[test]
fn guides() {
    fails(
        &NotAGuide,
        "a.py",
        "Step 1: Create the file\n\nx = 1\n",
        "line 1",
    );
    fails(
        &NotAGuide,
        "a.py",
        "x = 1\n\nYou can now run the tests with pytest.\n",
        "line 3",
    );
    fails(
        &NotAGuide,
        "a.py",
        "Here is the code:\n\n```python\nx = 1\n```\n",
        "lines 1, 3 and 5",
    );
    fails(
        &NotAGuide,
        "a.py",
        "First, create a file called a.py in the folder.\n",
        "line 1",
    );
    fails(
        &NotAGuide,
        "a.sh",
        "To run this script you need bash.\nls\n",
        "line 1",
    );
    fails(
        &NotAGuide,
        "a.rs",
        "1. Create a new crate with cargo.\n2. Add the function to it.\n",
        "lines 1 and 2",
    );
    fails(
        &NotAGuide,
        "a.js",
        "Here's the module you asked for:\nexport const x = 1;\n",
        "line 1",
    );
    fails(
        &NotAGuide,
        "a.go",
        "The function below reads the file. \nIt returns every line of it.\npackage main\n",
        "prose on lines 1 and 2",
    );
    fails(
        &NotAGuide,
        "a.py",
        "# Step 1: open the editor\n# Step 2: write the code\n",
        "no code",
    );
}

#[test]
fn what_is_no_guide() {
    passes(
        &NotAGuide,
        "a.py",
        "\"\"\"First, create a file. You can now run it.\n\nStep 1: go.\n```\nx\n```\n\"\"\"\n# Step 1: read the file\nx = open('a')\n# Step 2: parse it\ny = x.read()\n",
    );
    passes(
        &NotAGuide,
        "a.sh",
        "#!/bin/sh\n# Here is the plan for all of it.\ncat <<EOF\nStep 1: go there.\nHere is the way to the house.\nYou can now run the tests again.\nEOF\n",
    );
    passes(
        &NotAGuide,
        "a.sh",
        "usage() {\n  echo \"First, do this. Then do that.\"\n}\nusage\n",
    );
    passes(
        &NotAGuide,
        "a.rs",
        "//! Here is the list of all things.\n//!\n//! ```\n//! let x = 1;\n//! ```\nfn f<'a>(x: &'a str) -> char { 'x' }\n",
    );
    passes(
        &NotAGuide,
        "a.js",
        "const page = `\nStep 1: open it.\nHere is the text of it.\n`;\nconst r = /[\"'`]/;\n// You can now run it with node.\n",
    );
    passes(
        &NotAGuide,
        "a.jsx",
        "export const A = () => (\n  <p>\n    First, open the door of the house.\n    Then walk into the big room.\n  </p>\n);\n",
    );
    passes(
        &NotAGuide,
        "a.sql",
        "-- Step 1: make the table\nCREATE TABLE a (b TEXT);\nINSERT INTO a VALUES ('Here is the text.');\n",
    );
    passes(
        &NotAGuide,
        "a.rb",
        "=begin\nHere is the text of it.\nYou can now run it.\n=end\nputs 1\n",
    );
    passes(&NotAGuide, "pkg/__init__.py", "# The package.\n");
    // Prose may be a guide; no check is made.
    assert!(
        report(&NotAGuide, "a.md", "Step 1: go.\n")
            .checks
            .is_empty()
    );
}

#[test]
fn placeholders() {
    for (path, content) in [
        ("a.py", "# TODO\nx = 1\n"),
        ("a.py", "x = 1  # TODO: more\n"),
        ("a.py", "x = 1  # FIXME(me) broken\n"),
        ("a.py", "x = 1  # handle errors - TODO\n"),
        (
            "a.py",
            "def f():\n    \"\"\"Read it.\n\n    TODO: write it.\n    \"\"\"\n    return 1\n",
        ),
        ("a.py", "# ... rest of the code unchanged ...\n"),
        ("a.py", "# rest of the implementation remains the same\n"),
        ("a.py", "# ... existing code ...\n"),
        ("a.py", "# other methods as before\n"),
        ("a.py", "# ...\nx = 1\n"),
        ("a.py", "# your code here\n"),
        ("a.py", "# Implementation goes here\n"),
        ("a.py", "# not implemented yet\n"),
        ("a.py", "# (imports omitted for brevity)\n"),
        ("a.py", "# <your name here>\n"),
        ("a.js", "// ...\n"),
        ("a.js", "/* TODO implement */\n"),
        ("a.js", "function f() {\n  ...\n}\n"),
        ("a.rs", "// TODO: write it\n"),
        ("a.rs", "/*\n * FIXME: later\n */\n"),
        ("a.sh", "#!/bin/sh\nls # TODO: more\n"),
        ("a.html", "<!-- TODO: header -->\n"),
        ("a.html", "<p>Lorem ipsum dolor sit amet</p>\n"),
        ("a.toml", "# TODO: values\nx = 1\n"),
        ("a.csv", "TODO: rows\n"),
        ("a.zig", "// TODO: it\n"),
        ("a.yaml", "x: 1 # TBD\n"),
        ("a.md", "# A\n\nTODO: write this.\n"),
        ("a.md", "# A\n\n- [ ] TODO: write this\n"),
        ("a.md", "# A\n\nTODO\n"),
        ("a.md", "| a | b |\n|---|---|\n| 1 | TBD |\n"),
        ("a.md", "Actual time: [To be filled after execution]\n"),
        ("a.md", "Owner: TBD\n"),
        ("a.md", "Dear <your name here>,\n"),
        ("a.md", "Dear [your name],\n"),
        ("a.md", "Lorem ipsum dolor sit amet.\n"),
        ("a.md", "[... rest of the document unchanged ...]\n"),
        ("a.md", "<!-- your text here -->\n"),
    ] {
        fails(&NoPlaceholder, path, content, "line");
    }
}

#[test]
fn what_is_no_placeholder() {
    for (path, content) in [
        (
            "a.py",
            "# Derived classes may implement methods of their own.\nx = 1\n",
        ),
        (
            "a.py",
            "# It is best to implement this in terms of the other.\nx = 1\n",
        ),
        (
            "a.rs",
            "/// Use it so:\n///\n/// ```\n/// // ...\n/// // your code here\n/// ```\nfn f() {}\n",
        ),
        (
            "a.rs",
            "extern \"C\" {\n    fn f(\n        a: u8,\n        ...\n    );\n}\n",
        ),
        (
            "a.js",
            "/**\n * @example\n * // ...\n */\nfunction f() {}\n",
        ),
        (
            "a.c",
            "// other methods on the same object are running\nint x;\n",
        ),
        ("a.md", "It is [described here].\n"),
        (
            "a.py",
            "MARKERS = [\"TODO\", \"FIXME\", '<your name here>']\nif line.startswith('# TODO:'):\n    n += 1\n",
        ),
        ("a.py", "# Finds TODO comments and counts them.\nx = 1\n"),
        ("a.py", "# Lines such as TODO: are counted.\nx = 1\n"),
        ("a.py", "# TODO, FIXME and XXX are the markers.\nx = 1\n"),
        ("a.py", "# A line that says \"TODO: x\" is one.\nx = 1\n"),
        ("a.py", "def todo(TODO):\n    return TODO\n"),
        (
            "a.py",
            "x: tuple[int, ...] = (1,)\n# The rest of the words are read in one go, as the format has them.\n",
        ),
        (
            "a.py",
            "def f() -> None:\n    \"\"\"Wait...\n\n    >>> f()\n    ...\n    \"\"\"\n    g()\n",
        ),
        (
            "a.py",
            "# The existing code of the caller is kept here because of its history, see the notes.\nx = 1\n",
        ),
        (
            "a.py",
            "# Derived classes may implement methods of their own.\nx = 1\n",
        ),
        (
            "a.py",
            "# It is best to implement this in terms of the other.\nx = 1\n",
        ),
        (
            "a.py",
            "# Not implemented on Windows: there is no fork.\nx = 1\n",
        ),
        (
            "a.js",
            "const f = (...rest) => [...rest];\nconst s = '// TODO: x';\n",
        ),
        ("a.js", "const r = /\\/\\/ TODO: x/;\n"),
        (
            "a.rs",
            "//! Counts `TODO` comments.\nconst A: &str = \"// TODO: x\";\nfn f(x: &'static str) {}\n",
        ),
        ("a.sh", "grep -rn 'TODO' src # every TODO comment\n"),
        ("a.sh", "cat <<'EOF' > a.py\n# TODO: yours\nEOF\n"),
        ("a.sh", "echo ${#TODO} $# TODO\n"),
        ("a.md", "# TODO\n\n- buy milk\n"),
        ("a.md", "Run `grep TODO` to find every TODO comment.\n"),
        ("a.md", "```\n# TODO: yours\n...\n```\n"),
        (
            "a.md",
            "See [your profile](https://example.org/you) and [insert coin][1].\n",
        ),
        ("a.md", "Use `<your key here>` as the key.\n"),
        (
            "a.md",
            "The file `todo.md` holds it. The rest of the code is the same as in the book, which is here.\n",
        ),
        ("docs/TODO.md", "TODO: buy milk\n"),
        ("a.html", "<your-element>x</your-element>\n"),
        ("a.css", "a { color: #fff; } /* the XXX-large size */\n"),
        ("a.yaml", "x: \"a#TODO\"\n"),
        (".env", "KEY=<your key here>\n"),
    ] {
        passes(&NoPlaceholder, path, content);
    }
    // JSON has no comments.
    assert!(
        report(&NoPlaceholder, "a.json", "{\"x\": \"TODO\"}")
            .checks
            .is_empty()
    );
    passes(&NoPlaceholder, "a.csv", "id,state\n1,TODO\n");
}

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

#[test]
fn what_was_there_before_is_not_held_against_a_change() {
    let before = "# TODO: tidy\ndef f():\n    pass\n";
    let after = "# TODO: tidy\ndef f():\n    pass\n\n\ndef g():\n    return 1\n";
    let mut report = Report::new();
    let changed = Candidate {
        path: "a.py",
        content: after,
        previous: Some(before),
    };
    NoPlaceholder.validate(&changed, &mut report);
    NoStub.validate(&changed, &mut report);
    assert_eq!(report.verdict(), Verdict::Pass);
    assert!(
        report.checks[1].evidence.contains("`f`"),
        "{}",
        report.checks[1]
    );

    // Whoever changes nothing stands for all of it.
    let mut report = Report::new();
    let same = Candidate {
        path: "a.py",
        content: before,
        previous: Some(before),
    };
    NoPlaceholder.validate(&same, &mut report);
    NoStub.validate(&same, &mut report);
    assert_eq!(report.of(Verdict::Fail).count(), 2);

    // A new stub beside an old one is found.
    let worse = format!("{before}\n\ndef h():\n    pass\n");
    let mut report = Report::new();
    NoStub.validate(
        &Candidate {
            path: "a.py",
            content: &worse,
            previous: Some(before),
        },
        &mut report,
    );
    assert!(
        report.checks[0].evidence.contains("line 6"),
        "{}",
        report.checks[0]
    );
}

#[cfg(feature = "json")]
#[test]
fn json_syntax() {
    passes(&Syntax, "a.json", "{\"a\": [1, 2]}\n");
    passes(&Syntax, "a.jsonl", "{}\n\n[1]\n");
    fails(&Syntax, "a.json", "{\"a\": 1,}\n", "line 1 column 9");
    fails(&Syntax, "a.json", "{\"a\": 1} {}\n", "line 1");
    fails(&Syntax, "a.jsonl", "{}\n{\n", "line 2");
    fails(&Syntax, "a.json", &"[".repeat(200_000), "line 1");
    assert!(
        report(&Syntax, "tsconfig.json", "{ // x\n}")
            .checks
            .is_empty()
    );
}

#[cfg(feature = "toml")]
#[test]
fn toml_syntax() {
    passes(&Syntax, "a.toml", "a = 1\n[b]\nc = [1, 2]\n");
    fails(&Syntax, "a.toml", "a = 1\nb =\n", "line 2");
}

#[test]
fn python_shape() {
    for (content, evidence) in [
        ("x = (1,\n", "line 1: `(` is not closed"),
        ("x = 1)\n", "line 1: `)` closes nothing"),
        ("x = [1)\n", "line 1: `)` closes `[`"),
        (
            "def f():\n    \"\"\"Doc.\n",
            "line 2: a triple-quoted string is not closed",
        ),
        ("x = 'a\ny = 1\n", "line 1: a string is not closed"),
        (
            "def f():\nreturn 1\n",
            "line 1: the block that begins here has no body",
        ),
        ("class A:\n", "line 1: the block"),
        ("x = 1\n  y = 2\n", "line 2: unexpected indentation"),
        (
            "if x:\n    y\n  z\n",
            "line 3: the indentation matches no earlier line",
        ),
    ] {
        fails(&Syntax, "a.py", content, evidence);
    }
    for content in [
        "",
        "# only\n",
        "x = {\n  'a': [1,\n2],\n}\nif x: y = 1; z = 2\nelse:\n\ty = 3\n",
        "def f(a,\n      b={'c': 1}) -> dict[str, int]:\n    return {a: b}\n",
        "s = f\"{x:>10} {{\" + '\\'' + r'\\\\' \"#\"\n",
        "match x:\n    case 1: y\n    case {'a': [b, *c]}:\n        z\nmatch = 1\ncase: int = 2\n",
        "x = \\\n    1\nfor a in b: pass\nwhile x:\n    break\n",
        "class A:\n    x: int = 1\n\n    async def f(self): ...\n",
        "f = lambda x: x\ng = {k: (lambda: v) for k, v in h}\nif (lambda: 1)(): y\nif lambda: x:\n    y\n",
        "try:\n    x\nexcept* E as e:\n    y\nfinally:\n    z\n",
        "a = '''x\n y\n'''; b = 1\n",
        "if (y := 1):\n    x[1:2]\n",
    ] {
        passes(&Syntax, "a.py", content);
    }
}

#[test]
fn hostile_files_take_bounded_time() {
    let many = 100_000;
    for (path, content) in [
        ("a.py", "(".repeat(many)),
        ("a.py", "def f():\n".repeat(many / 3)),
        ("a.py", "class A:\n    pass\n".repeat(many / 10)),
        ("a.py", "'''".repeat(many + 1)),
        ("a.sh", "((".repeat(many)),
        ("a.sh", "$(".repeat(many)),
        ("a.sh", "a && ".repeat(many) + "a"),
        ("a.sh", "a() { :; }\n".repeat(many / 10)),
        (
            "a.sh",
            "if a; then b; el".repeat(many / 10) + "if a; then b; fi",
        ),
        ("a.sh", "! ".repeat(many) + "a"),
        ("a.js", "it(".repeat(many)),
        ("a.js", "=/[".repeat(many)),
        ("a.js", "throw new Error(\"".repeat(many / 10)),
        ("a.rs", "todo!() ".repeat(many / 10)),
        ("a.rs", "/*".repeat(many)),
        ("a.rs", "r#".repeat(many)),
        ("a.md", "<".repeat(many) + " here>"),
        ("a.md", "[".repeat(many) + " here]"),
        ("a.md", "`\"'".repeat(many)),
        ("a.md", "TODO ".repeat(many)),
        ("a.html", "<!--".repeat(many)),
        ("a.json", "[".repeat(many)),
        ("a.toml", "[".repeat(many)),
    ] {
        let start = std::time::Instant::now();
        all_checks(path, &content);
        let spent = start.elapsed().as_secs();
        assert!(spent < 20, "{path} {:?}… took {spent} s", &content[..20]);
    }
}

const PATHS: [&str; 14] = [
    "a.py",
    "test_a.py",
    "a.sh",
    "a.rs",
    "a.js",
    "a.go",
    "a.java",
    "a.rb",
    "a.sql",
    "a.md",
    "a.html",
    "a.toml",
    "a.yaml",
    "a.json",
];

proptest! {
    #[test]
    fn no_content_breaks_a_check(
        path in proptest::sample::select(&PATHS[..]),
        content in "(def f|class |pass|:|\n|    |\"\"\"|'|\"|`|\\(|\\)|\\{|\\}|#|//|/\\*|\\*/|<<EOF|EOF|TODO|\\$\\(|;|&&|\\||fi|then|if |é|\\\\|r#|/|<|>|\\[|\\]){0,60}",
    ) {
        let report = all_checks(path, &content);
        for check in &report.checks {
            prop_assert!(!check.evidence.is_empty());
        }
    }
}
