//! Work by rule: a provider that needs no model.
//!
//! [`Heuristic`] answers a [`Brief`] with one file for each deliverable. It writes what the brief states and a rule
//! can fulfil, and nothing else: a file or a function of which nothing is stated says that it is not written, in a
//! form that fails (`TODO: …`, `raise NotImplementedError`, `exit 1`, an empty JSON file). It never says how well it
//! did, and it never writes result files that nobody asked for.
//!
//! # What it reads
//!
//! Notes and criteria are read alike, one bullet at a time, in their order. Literals stand in backticks; in files that
//! are not Python, double quotes do as well. A bullet is about the deliverables that it names (by path, by the end of
//! a path that is unambiguous, or "every file"). One that names none is about the only deliverable, or about the only
//! one whose kind has such things. One that names another file is left out. In a list (`` `a`, `b` and `c` ``) each
//! literal is what the first one is. "Does not contain `x`" is read from boundaries too, and wins over anything else.
//!
//! From test commands only names are taken: of Python code in them (`python -c`, here-documents) imported classes and
//! functions, keyword arguments, and methods called on instances; of pytest commands test ids and files. Strings,
//! numbers and the commands themselves never get into a file.
//!
//! What is there already is kept, and extended by what is missing; doing a task twice changes nothing the second time.
//! A key that is there gets the stated value. Fences of the task that name a file, or whose language only one
//! deliverable speaks, are used whole; of Python and JSON only if they are valid.
//!
//! # The phrases
//!
//! | In | Phrases (each literal may be a list) |
//! |---|---|
//! | any text | contains / includes / mentions / says / links to `x`; contains the text / word / phrase `x`; `x` appears / occurs / is listed / is mentioned / is present / is in … |
//! | any text | contains the line / lines / sentence / paragraph `x`; a line that starts with `x` |
//! | any text | the first line is `x`; starts with / begins with `x`; has the shebang `x`; the last line is `x`; ends with `x` |
//! | any text | does not contain / contains no / does not mention `x`; remove the line `x`; ends with a newline (always so) |
//! | any text | has exactly N lines (then without title and, if that makes N, without blank lines); consists of / nothing else / only the line |
//! | Markdown | has the title `X`; has the heading / section `## X`; the `## X` section … ; under / below / in the section `## X` … |
//! | Markdown | lists / has a list of / has the items / bullets / entries `a`, `b`; has a numbered list of / steps `a`, `b`; has a checklist of `a` |
//! | Markdown | has a table with the columns `A`, `B`; a row `1`, `2` or `1 \| 2`; has a code block with `x`; has a `sh` code block with `x` |
//! | CSV | has the columns `a`, `b`; has the row `1,2` or a row `1`, `2` |
//! | plain text | lists / has the entries `a`, `b`; is sorted / in alphabetical order |
//! | JSON, TOML, YAML, INI, properties, env | key `a` is / = / equals / set to / has the value `v`; `a` is `v`; `a` is 8080 / true / null / an empty list; sets `a` to `v`; has the keys `a`, `b`; `a` lists `x`, `y` |
//! | JSON, YAML, TOML, INI | key `a.b` is `v`: `b` in the object or table `a` |
//! | JSON | lists `a`, `b` (a list at the top); contains `"a": 1` |
//! | TOML, INI | has the table / section `[t]` with `a` = `v`; in the table / section `[t]`, `a` is `v` |
//! | TOML, INI, env, YAML | contains / contains the line `a = 1`, `[t]`, `A=1`, `a: 1`, `# remark` |
//! | shell | takes an argument `NAME`; prints `… NAME …` (the value in place of the name); prints `x` to standard error; exits with status N |
//! | shell | without an argument / when no argument is given it prints … and exits …; with `--x` it prints …; `` `a.sh --x` prints … ``; `` `a.sh NAME` prints … ``; …; otherwise it prints … |
//! | shell | runs `command`; sets the variable `A` to `b`; exports `A` as `b`; defines the function `f` that prints `x` / runs `c` |
//! | make | the target `t` depends on `a`, `b` and runs `c`; sets `A` to `b` |
//! | Python | defines / implements class `C`, `C(Base)`; the exception `E`; `E`, a subclass of `B`; the dataclass `D` has the fields `a: int`, `b: str = ""` |
//! | Python | defines the function / method `f(a: int, b=1) -> str`; `C.m(a) -> int`; a whole `def` line; the class `C` has the method `m(a)` |
//! | Python | constructor / `__init__` / `f(…)` accepts `p` parameter (string, default: v); takes the parameter `p: int = 1` |
//! | Python | `f(a, b)` returns `a + b` (nothing after it, and all names in it known); raises `ValueError` when `a` is empty / negative / zero / not positive / less than `n` / greater than `n` / `None` |
//! | Python | constant `A` is `1`, `A = 1`; imports `m`; imports `n` from `m`; module docstring "…" |
//! | pytest | `test_x` asserts that `a == b`; imports `n` from `m`; defines the test `test_x`; Test 7: words; Tests 1-4: words (a/b/c/d) |
//!
//! A literal counts as contained where no word goes on from it at either end. All else that a bullet says is not read.

mod brief;
mod compose;
mod cues;
mod draft;
mod json;
mod keyed;
mod kind;
mod makefile;
mod markdown;
mod names;
mod page;
mod provider;
mod python;
mod reply;
mod shell;
mod statement;
mod text;
mod wants;
mod yaml;

pub use brief::{Brief, BriefFile, Material};
pub use provider::Heuristic;
