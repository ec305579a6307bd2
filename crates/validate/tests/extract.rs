//! Finding files in replies.

use proptest::prelude::*;
use wavecrew_validate::{Extraction, extract};

/// One line for each file, problem and unexpected path.
fn shown(extraction: &Extraction) -> String {
    let files = extraction
        .files
        .iter()
        .map(|file| format!("{} = {:?}", file.path, file.content));
    let problems = extraction
        .problems
        .iter()
        .map(|problem| format!("problem: {problem}"));
    let unexpected = extraction
        .unexpected
        .iter()
        .map(|path| format!("unexpected: {path}"));
    files
        .chain(problems)
        .chain(unexpected)
        .collect::<Vec<_>>()
        .join("\n")
}

#[track_caller]
fn check(reply: &str, expected: &[&str], found: &str) {
    assert_eq!(shown(&extract(reply, expected)), found, "\n{reply}");
}

#[test]
fn a_path_in_the_info_string() {
    for info in [
        "python src/a.py",
        "src/a.py",
        "python:src/a.py",
        "path=src/a.py",
        "python title=\"src/a.py\"",
        "python file='src/a.py'",
        "{.python filename=\"src/a.py\"}",
        "python ./src//a.py",
        "python a.py",
    ] {
        let reply = format!("Sure.\n\n```{info}\nx = 1\n```\nDone.");
        check(
            &reply,
            &["src/a.py", "src/b.py"],
            "src/a.py = \"x = 1\\n\"\nproblem: the reply gives no file `src/b.py`",
        );
    }
}

#[test]
fn a_path_on_the_line_before() {
    for before in [
        "**src/a.py**",
        "**`src/a.py`**",
        "### src/a.py",
        "### 1. `src/a.py` (new)",
        "File: `src/a.py`",
        "**File:** src/a.py",
        "`src/a.py`:",
        "Here is the content of `src/a.py`:",
        "Create src/a.py with",
    ] {
        let reply = format!("{before}\n\n```python\nx = 1\n```\n");
        check(
            &reply,
            &["src/a.py", "src/b.py"],
            "src/a.py = \"x = 1\\n\"\nproblem: the reply gives no file `src/b.py`",
        );
    }
}

#[test]
fn a_sentence_about_a_file_does_not_name_a_block_of_another_language() {
    check(
        "```python src/a.py\nx = 1\n```\nThen run `src/b.py`:\n```bash\npython3 src/b.py\n```\n",
        &["src/a.py", "src/b.py"],
        "src/a.py = \"x = 1\\n\"\nproblem: the reply gives no file `src/b.py`",
    );
}

#[test]
fn a_marker_on_the_first_line() {
    check(
        "```python\n# File: src/a.py\nx = 1\n```\n```js\n// path: b.js\nlet x\n```\n```\n<!-- file: c.html -->\n<p>\n```",
        &["src/a.py", "b.js", "c.html"],
        "src/a.py = \"x = 1\\n\"\nb.js = \"let x\\n\"\nc.html = \"<p>\\n\"",
    );
    // A bare path is a comment like any other, and kept; a `#!` line must come first.
    check(
        "```python\n# src/a.py\nx = 1\n```\n```sh\n# run.sh\n#!/bin/sh\nls\n```",
        &["src/a.py", "run.sh"],
        "src/a.py = \"# src/a.py\\nx = 1\\n\"\nrun.sh = \"#!/bin/sh\\nls\\n\"",
    );
    // A block that is named already keeps its first line.
    check(
        "```python a.py\n# File: a.py\nx = 1\n```",
        &["a.py"],
        "a.py = \"# File: a.py\\nx = 1\\n\"",
    );
}

#[test]
fn one_nameless_block_for_one_file() {
    check(
        "Take this:\n```python\nx = 1\n```\n",
        &["a.py"],
        "a.py = \"x = 1\\n\"",
    );
    check("```\nx = 1\n```", &["a.py"], "a.py = \"x = 1\\n\"");
    check("```hcl\nx = 1\n```", &["main.tf"], "main.tf = \"x = 1\\n\"");
    check(
        "Install:\n```bash\npip install x\n```\nCode:\n```python\nimport x\n```\nOutput:\n```console\n1\n```",
        &["a.py"],
        "a.py = \"import x\\n\"",
    );
    check(
        "```python\nx = 1\n```\nUse it so:\n```python\nimport a\n```",
        &["a.py"],
        "problem: several blocks could be `a.py` (lines 1 and 5): name the file at its block",
    );
    check(
        "```bash\nls\n```",
        &["a.py"],
        "problem: the reply gives no file `a.py`",
    );
    check("```\n```", &["a.py"], "a.py = \"\"");
}

#[test]
fn fences_nest() {
    check(
        "````markdown README.md\n# A\n```sh\nls\n```\nEnd.\n````\n",
        &["README.md"],
        "README.md = \"# A\\n```sh\\nls\\n```\\nEnd.\\n\"",
    );
    check(
        "~~~python a.py\ns = '```'\n```\n~~~\n",
        &["a.py"],
        "a.py = \"s = '```'\\n```\\n\"",
    );
    // The inner fence has an info string, so it opens.
    check(
        "```markdown README.md\n# A\n```sh\nls\n```\nEnd.\n```\n",
        &["README.md"],
        "README.md = \"# A\\n```sh\\nls\\n```\\nEnd.\\n\"",
    );
    // Here nobody can tell.
    check(
        "```markdown README.md\n# A\n```\nls\n```\nEnd.\n```\n",
        &["README.md"],
        "problem: where the block for `README.md` (line 1) ends is in doubt: fence it with more backticks than it holds",
    );
    check(
        "1. The file:\n\n   ```python a.py\n   if x:\n       y\n   ```\n",
        &["a.py"],
        "a.py = \"if x:\\n    y\\n\"",
    );
}

#[test]
fn a_block_around_the_whole_answer_is_no_file() {
    let whole = "docs/a.md = \"# A\\n\"";
    for reply in [
        "````markdown\n```markdown docs/a.md\n# A\n```\n````\n",
        "````\n```markdown docs/a.md\n# A\n```\n````\n",
        "Here you are:\n```markdown\n```md docs/a.md\n# A\n```\n```\nDone.",
        "~~~~text\n\n**docs/a.md**\n\n~~~markdown docs/a.md\n# A\n~~~\n\n~~~~",
        "````markdown docs/a.md\n```markdown docs/a.md\n# A\n```\n````\n",
        "  `````md\n  ````markdown\n  ```markdown docs/a.md\n  # A\n  ```\n  ````\n  `````\n",
    ] {
        check(reply, &["docs/a.md"], whole);
    }
    check(
        "`````markdown\nThe files:\n\n```python a.py\nx = 1\n```\n\n```python b.py\ny = 2\n```\n`````\n",
        &["a.py", "b.py"],
        "a.py = \"x = 1\\n\"\nb.py = \"y = 2\\n\"",
    );
    // So are files that whoever asks has not named.
    let proposed = extract(
        "````\n```python a.py\nx\n```\n```python b.py\ny\n```\n````\n",
        &[],
    );
    assert_eq!(proposed.unexpected, ["a.py", "b.py"]);
    // The lines that are told are those of the reply.
    check(
        "Words.\n````markdown\n\n```python a.py\nx = 1\n````\n",
        &["a.py"],
        "problem: the block for `a.py` that begins on line 4 is not closed: the reply was cut off",
    );
    // Paths that were not asked for are told from inside, too.
    check(
        "````markdown\n```python a.py\nx\n```\n```python ../b.py\ny\n```\n````\n",
        &["a.py"],
        "a.py = \"x\\n\"\nunexpected: ../b.py",
    );
}

#[test]
fn a_document_that_shows_a_file_stays_a_document() {
    let shown = "# Tool\n\n```python a.py\nx = 1\n```\n";
    let reply = format!("````markdown\n{shown}````\n\n```python a.py\nx = 1\ny = 2\n```\n");
    check(
        &reply,
        &["README.md", "a.py"],
        &format!("README.md = {shown:?}\na.py = \"x = 1\\ny = 2\\n\""),
    );
    // Nor is what it shows the file that was asked for.
    let reply = format!("A guide:\n````markdown\n{shown}````\n```python a.py\nx = 2\n```\n");
    check(&reply, &["a.py"], "a.py = \"x = 2\\n\"");
    let reply = format!("**README.md**\n````markdown\n{shown}````\n");
    check(
        &reply,
        &["a.py"],
        "problem: the reply gives no file `a.py`\nunexpected: README.md",
    );
    let shown = "```sh\nmake\n```\n";
    let reply = format!("````markdown\n{shown}````\n");
    check(&reply, &["a.md"], &format!("a.md = {shown:?}"));
}

#[test]
fn tags_around_an_answer_are_no_part_of_a_file() {
    for reply in [
        "<file path=\"out/a.txt\">\nvalue 1\n</file>",
        "<file path='./out/a.txt'>value 1</file>\n",
        "<file>\n<path>out/a.txt</path>\n<content>\nvalue 1\n</content>\n</file>",
        "<answer>\nvalue 1\n</answer>",
        "<write_to_file>\n<path>out/a.txt</path>\n<content>\nvalue 1\n</content>\n</write_to_file>",
    ] {
        let tag = reply[1..].split([' ', '>']).next().unwrap_or_default();
        check(
            reply,
            &["out/a.txt"],
            &format!(
                "problem: the reply puts `out/a.txt` into `<{tag}>`, which is no part of a file: give it in a fenced block"
            ),
        );
    }
    for (path, reply) in [
        ("a.xml", "<file path=\"a.xml\">\n</file>\n"),
        ("a.html", "<article>\nx\n</article>\n"),
        ("a.md", "<details>\nx\n</details>\n"),
        ("a.txt", "<value>\n"),
    ] {
        check(reply, &[path], &format!("{path} = {reply:?}"));
    }
}

#[test]
fn a_reply_that_only_says_that_it_is_done_is_no_file() {
    for reply in [
        "Done! I created the file and all tests pass.",
        "I created the file.",
        "All done. The tests pass.",
    ] {
        for path in ["a.txt", "a.md"] {
            let extraction = extract(reply, &[path]);
            assert!(extraction.only_talks, "{reply}: {extraction:?}");
        }
    }
}

#[test]
fn line_ends_of_the_reply_are_not_those_of_the_file() {
    for (reply, content) in [
        (
            "```sh run.sh\r\n#!/bin/sh\r\nls\r\n```\r\n",
            "#!/bin/sh\nls\n",
        ),
        ("```sh run.sh\r\nls\n```", "ls\n"),
        ("````\r\n```sh run.sh\r\nls\r\n```\r\n````\r\n", "ls\n"),
        ("#!/bin/sh\r\nls\r\n", "#!/bin/sh\nls\n"),
        // Here the file is meant to have them.
        ("```sh run.sh\nls\r\n```\n", "ls\r\n"),
        ("#!/bin/sh\nls\r\n", "#!/bin/sh\nls\r\n"),
    ] {
        check(reply, &["run.sh"], &format!("run.sh = {content:?}"));
    }
    #[cfg(feature = "json")]
    check(
        r#"{"files": [{"path": "a.bat", "content": "dir\r\n"}]}"#,
        &["a.bat"],
        "a.bat = \"dir\\r\\n\"",
    );
}

#[test]
fn a_file_with_crlf_keeps_it_if_the_reply_has_it() {
    let given = |reply: &str, previous: &str| {
        let mut files = extract(reply, &["a.txt"]).files;
        files[0].restore_line_ends(previous);
        files.remove(0).content
    };
    let crlf = "```text a.txt\r\nnew\r\nlines\r\n```\r\n";
    assert_eq!(given(crlf, "old\r\nlines\r\n"), "new\r\nlines\r\n");
    for previous in ["", "old", "old\n", "old\r\nmixed\n"] {
        assert_eq!(given(crlf, previous), "new\nlines\n", "{previous:?}");
    }
    // Whoever answers with LF means it.
    assert_eq!(given("```text a.txt\nnew\n```\n", "old\r\n"), "new\n");
}

#[test]
fn what_was_thought_first_is_no_answer() {
    let draft = "Let me draft:\n```python a.py\nx = 0\n```\nNo, better:\n";
    let answer = "```python a.py\nx = 1\n```\n";
    for reply in [
        format!("<think>\n{draft}</think>\n\n{answer}"),
        format!("\n<Thinking>{draft}</Thinking>{answer}"),
        format!("<think></think>\n<reasoning>\n{draft}</reasoning>\nHere:\n{answer}"),
        // The server has the opening tag in its question.
        format!("{draft}</think>\n\n{answer}"),
        format!("Only words.\n</think>\n{answer}"),
        format!("<think>\n{draft}</think>\nx = 1\n"),
    ] {
        check(&reply, &["a.py"], "a.py = \"x = 1\\n\"");
    }
    #[cfg(feature = "json")]
    check(
        "<think>\nJSON then.\n</think>\n{\"files\": [{\"path\": \"a.py\", \"content\": \"x\"}]}",
        &["a.py"],
        "a.py = \"x\"",
    );
    check(
        &format!("<think>\n{draft}</think>\n"),
        &["a.py"],
        "problem: the reply holds what was thought, and nothing behind it",
    );
    check(
        &format!("<think>\n{draft}</think>\n```python a.py\nx"),
        &["a.py"],
        "problem: the block for `a.py` that begins on line 8 is not closed: the reply was cut off",
    );
}

#[test]
fn tags_of_thinking_within_the_answer_are_the_answers() {
    let content = "END = \"\"\"\n</think>\n\"\"\"\n";
    let reply = format!("```python a.py\n{content}```\n");
    check(&reply, &["a.py"], &format!("a.py = {content:?}"));
    let content = "Q\n<think>\nhm\n</think>\nA\n";
    check(content, &["a.txt"], &format!("a.txt = {content:?}"));
    check(
        "<think>\n```python a.py\nx = 1\n```\n",
        &["a.py"],
        "a.py = \"x = 1\\n\"",
    );
}

#[test]
fn what_was_cut_off_is_not_given() {
    check(
        "```python a.py\nx = 1\n",
        &["a.py"],
        "problem: the block for `a.py` that begins on line 1 is not closed: the reply was cut off",
    );
    check(
        "```python a.py\nx = 1\n```\n```python b.py\ny =",
        &["a.py", "b.py"],
        "a.py = \"x = 1\\n\"\nproblem: the block for `b.py` that begins on line 4 is not closed: the reply was cut off",
    );
    check(
        "Code:\n```python\nx = 1",
        &["a.py"],
        "problem: the block for `a.py` that begins on line 2 is not closed: the reply was cut off",
    );
}

#[test]
fn paths_that_were_not_asked_for() {
    for path in [
        "../a.py",
        "/etc/a.py",
        "../../src/a.py",
        ".git/config",
        "src/a.py/../b.py",
        "tests/a.py",
        "other/src/a.py",
    ] {
        let reply = format!("```python {path}\nx = 1\n```\n```python src/a.py\ny = 2\n```");
        check(
            &reply,
            &["src/a.py"],
            &format!("src/a.py = \"y = 2\\n\"\nunexpected: {path}"),
        );
    }
}

#[test]
fn a_file_given_twice() {
    check(
        "```a.py\nx\n```\n```a.py\nx\n```",
        &["a.py"],
        "a.py = \"x\\n\"",
    );
    check(
        "```a.py\nx\n```\n```a.py\ny\n```",
        &["a.py"],
        "problem: the reply gives `a.py` more than once, and not the same",
    );
    check(
        "```diff a.py\n-x\n+y\n```",
        &["a.py"],
        "problem: the reply gives a change to `a.py`, not the whole file",
    );
}

#[test]
fn an_ending_that_fits_two_files_names_neither() {
    check(
        "```python a.py\nx\n```",
        &["src/a.py", "lib/a.py"],
        "problem: the reply gives no file `src/a.py`\nproblem: the reply gives no file `lib/a.py`\nunexpected: a.py",
    );
}

#[cfg(feature = "json")]
#[test]
fn json_replies() {
    let reply = r#"{"files": [{"path": "a.py", "content": "x = 1\n```\n"}, {"path": "b.py", "content": ""}, {"path": "../c", "content": "z"}]}"#;
    let found = "a.py = \"x = 1\\n```\\n\"\nb.py = \"\"\nunexpected: ../c";
    check(reply, &["a.py", "b.py"], found);
    check(
        &format!("Here:\n```json\n{reply}\n```\n"),
        &["a.py", "b.py"],
        found,
    );
    // A JSON file that was asked for and happens to list files is that file.
    check(
        "```json\n{\"files\": [{\"path\": \"x\", \"content\": \"y\"}]}\n```",
        &["a.json"],
        "a.json = \"{\\\"files\\\": [{\\\"path\\\": \\\"x\\\", \\\"content\\\": \\\"y\\\"}]}\\n\"",
    );
}

#[test]
fn replies_without_a_fence() {
    check(
        "import sys\n\nprint(sys.argv)\n",
        &["a.py"],
        "a.py = \"import sys\\n\\nprint(sys.argv)\\n\"",
    );
    check("#!/bin/sh\nls\n", &["run"], "run = \"#!/bin/sh\\nls\\n\"");
    check(
        "# Title\n\nSome words.\n",
        &["a.md"],
        "a.md = \"# Title\\n\\nSome words.\\n\"",
    );
    check("# File: a.py\nx = 1\n", &["a.py"], "a.py = \"x = 1\\n\"");
    check(
        "To do this, first create the file a.py. Then add a function to it.\n\nStep 1: open the editor.\n",
        &["a.py"],
        "problem: the reply explains and gives no file `a.py`",
    );
    check(
        "I'm sorry, I cannot write that document.",
        &["a.md"],
        "problem: the reply explains and gives no file `a.md`",
    );
    check(
        "x = 1\n",
        &["a.py", "b.py"],
        "problem: the reply gives no file `a.py`\nproblem: the reply gives no file `b.py`",
    );
    check("  \n\n", &["a.py"], "problem: the reply is empty");
}

#[test]
fn a_markdown_file_with_code_blocks_of_its_own() {
    let reply = "# Tool\n\nRun:\n\n```sh\nls\n```\n\n### `main.py`\n\n```python\nx\n```\n";
    check(reply, &["README.md"], &format!("README.md = {reply:?}"));
}

#[test]
fn many_fences_take_linear_time() {
    let reply = "```\n".repeat(50_001);
    let extraction = extract(&reply, &["a.py"]);
    assert!(extraction.files.is_empty());
    let reply = format!("```python a.py\n{}\n```\n", "x".repeat(5_000_000));
    assert_eq!(extract(&reply, &["a.py"]).files.len(), 1);
}

proptest! {
    /// What a careful writer fences is found letter for letter.
    #[test]
    fn a_fence_longer_than_any_inside_keeps_the_content(
        content in "([a-z` ~#\\n]|```|```sh\n){0,40}",
        name in "[a-z]{1,5}/[a-z]{1,5}\\.(py|md|txt|json)",
    ) {
        let fence = "`".repeat(1 + 2.max(content.split(|c| c != '`').map(str::len).max().unwrap_or(0)));
        let end = if content.is_empty() || content.ends_with('\n') { "" } else { "\n" };
        let reply = format!("Words.\n{fence}text {name}\n{content}{end}{fence}\nWords.\n");
        let extraction = extract(&reply, &[&name]);
        let whole = format!("{content}{end}");
        prop_assert_eq!(extraction.get(&name), Some(whole.as_str()));
    }

    #[test]
    fn only_paths_asked_for_are_given(reply in "(```|~~~|python |a\\.py|\\.\\./a\\.py|/a\\.py|# File: |\n|x|\\{|\"| ){0,40}") {
        let extraction = extract(&reply, &["a.py", "b/c.md"]);
        for file in &extraction.files {
            prop_assert!(file.path == "a.py" || file.path == "b/c.md");
        }
        for path in ["a.py", "b/c.md"] {
            prop_assert!(extraction.files.iter().filter(|file| file.path == path).count() <= 1);
        }
        prop_assert!(extraction.files.len() == 2 || !extraction.problems.is_empty());
    }
}
