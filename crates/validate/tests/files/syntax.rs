//! Files that cannot be read in their language.

use wavecrew_validate::Syntax;

use super::support::{fails, passes, report};

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
