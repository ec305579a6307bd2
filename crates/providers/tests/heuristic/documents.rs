//! Markdown, plain text, CSV and languages without a renderer.

use wavecrew_providers::heuristic::BriefFile;

use crate::reply::{brief, check, check_brief, files};

#[test]
fn headings_and_lines_in_their_order() {
    check(
        "docs/guide.md",
        &[
            "`docs/guide.md` contains the heading `## Install` and the line `cargo add greet`",
            "It has the sections `## Usage`, `### Options` and `## Licence`",
        ],
        "# Demo\n\n## Install\n\ncargo add greet\n\n## Usage\n\n### Options\n\n## Licence\n",
    );
}

#[test]
fn what_is_stated_of_a_section_goes_under_its_heading() {
    check(
        "a.md",
        &[
            "has the headings `## A` and `## B`",
            "The `## A` section lists `one`, `two` and `three`",
            "Under `## A` it has the line `Then go.`",
            "in the section `## B` it has a numbered list of `First`, `Second`",
            "has a section `## C` with a checklist of `Lock up`",
        ],
        "# Demo\n\n## A\n\n- one\n- two\n- three\n\nThen go.\n\n## B\n\n1. First\n2. Second\n\n## C\n\n- [ ] Lock up\n",
    );
}

#[test]
fn a_first_line_takes_the_place_of_the_title() {
    check(
        "README.md",
        &[
            "The first line of `README.md` is `# Skerry Point`",
            "mentions `docs/a.md`",
        ],
        "# Skerry Point\n\ndocs/a.md\n",
    );
    check("README.md", &["starts with `# Keeper`"], "# Keeper\n");
    check("README.md", &["has the title `# Keeper`"], "# Keeper\n");
}

#[test]
fn tables_with_columns_and_rows() {
    check(
        "a.md",
        &[
            "has a table with the columns `Hour`, `Keeper`",
            "has a row `6`, `Ada` and a row `18 | Bo`",
        ],
        "# Demo\n\n| Hour | Keeper |\n| --- | --- |\n| 6 | Ada |\n| 18 | Bo |\n",
    );
    check(
        "a.csv",
        &[
            "has the columns `time`, `metres`",
            "has the row `00:40,4.1`",
        ],
        "time,metres\n00:40,4.1\n",
    );
}

#[test]
fn code_blocks_of_a_language() {
    check(
        "a.md",
        &[
            "contains a `sh` code block with `make all`",
            "has a code block with `make test`",
        ],
        "# Demo\n\n```sh\nmake all\n```\n\n```\nmake test\n```\n",
    );
}

#[test]
fn an_exact_number_of_lines_leaves_no_room_for_a_title_or_blank_lines() {
    check(
        "a.md",
        &[
            "`a.md` has exactly 2 lines",
            "contains the lines `x` and `y`",
        ],
        "x\ny\n",
    );
}

#[test]
fn a_literal_counts_only_where_no_word_goes_on() {
    check(
        "a.txt",
        &["contains `category`", "contains `cat`"],
        "category\ncat\n",
    );
}

#[test]
fn plain_text_is_what_is_stated_line_by_line() {
    check(
        "VERSION",
        &[
            "The first line of `VERSION` is `1.0.0`",
            "has exactly 1 line",
        ],
        "1.0.0\n",
    );
    check(
        "data/words.txt",
        &["contains the lines `pear`, `apple` and `fig`", "is sorted"],
        "apple\nfig\npear\n",
    );
    check(
        "a.txt",
        &["lists `a`, `b.txt`", "ends with the line `end`"],
        "a\nb.txt\nend\n",
    );
    check(
        "a.txt",
        &["contains \"two words\"", "`four` appears in `a.txt`"],
        "two words\nfour\n",
    );
}

#[test]
fn what_is_there_is_kept_and_extended() {
    let mut brief = brief("a.md", &["has the heading `## New` and the line `x`"]);
    brief.deliverables[0].existing = Some("# Old\n\n## Kept\n\ntext\n".to_owned());
    check_brief(&brief, "# Old\n\n## Kept\n\ntext\n\n## New\n\nx\n");
}

#[test]
fn lines_that_are_to_go_are_taken_out() {
    let mut brief = brief("a.txt", &["does not contain `two`", "contains `three`"]);
    brief.deliverables[0].existing = Some("one\ntwo\n".to_owned());
    check_brief(&brief, "one\nthree\n");
}

#[test]
fn a_boundary_keeps_text_out() {
    let mut brief = brief("a.md", &["contains the line `x`"]);
    brief.title = "The secret".to_owned();
    brief.boundaries = vec!["`a.md` must not contain `secret`".to_owned()];
    check_brief(&brief, "x\n");
}

#[test]
fn each_statement_reaches_the_file_that_it_names() {
    let mut brief = brief(
        "a.txt",
        &[
            "`a.txt` and `b.md` contain `Copyright`",
            "`a.txt` contains `one` and `b.md` has the heading `## Two`",
            "The heading `## Three` is in `b.md`",
            "every file contains `Licence`",
            "has the heading `## Four`",
            "`c.txt` contains `foreign`",
            "contains `ambiguous`",
        ],
    );
    brief.deliverables.push(BriefFile::new("b.md"));
    let found = files(&brief);
    assert_eq!(found[0].1, "Copyright\none\nLicence\n");
    let headings = "# Demo\n\nCopyright\n\n## Two\n\n## Three\n\nLicence\n\n## Four\n";
    assert_eq!(found[1].1, headings);
}

#[test]
fn a_file_that_nothing_determines_says_so() {
    let todo = "TODO: nothing in the task determines this file (Demo)\n";
    check(
        "a.md",
        &["All checks are green"],
        &format!("# Demo\n\n{todo}"),
    );
    check("notes.txt", &[], todo);
    check("src/main.rs", &[], &format!("// {todo}"));
    check("a.json", &[], "");
    check("Makefile", &[], &format!("# {todo}"));
}

#[test]
fn a_file_that_was_left_unwritten_is_written_anew() {
    for path in ["a.md", "a.sh", "a.py", "tests/test_a.py", "a.toml"] {
        let mut first = brief(path, &[]);
        first.title = "Begin (at last)".to_owned();
        let (_, text) = files(&first).remove(0);
        let mut next = brief(path, &[]);
        next.deliverables[0].existing = Some(text);
        assert_eq!(files(&next), files(&brief(path, &[])), "{path}");
    }
}

#[test]
fn other_languages_get_the_lines_that_are_stated() {
    check(
        "src/lib.rs",
        &["contains the line `pub mod a;`"],
        "pub mod a;\n",
    );
    check(
        "LICENSE",
        &["contains the line `MIT License`"],
        "MIT License\n",
    );
}
