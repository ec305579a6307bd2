//! Words and signs that stand for what is still to be written.

use wavecrew_validate::NoPlaceholder;

use super::support::{fails, passes, report};

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
