//! Texts that are hard on readers, each of any size.

use crate::common::Text;

/// A kind of text.
pub(crate) struct Shape {
    pub(crate) name: &'static str,
    /// Documents of about so many bytes in all.
    pub(crate) texts: fn(usize) -> Vec<Text>,
}

macro_rules! shapes {
    ($($name:literal: $texts:expr,)*) => {
        /// All shapes.
        pub(crate) const SHAPES: &[Shape] = &[$(Shape { name: $name, texts: $texts }),*];
    };
}

shapes! {
    // Plain text, and marks that open something without end.
    "short lines": |n| one(repeat("", "a\n", n)),
    "empty lines": |n| one(repeat("", "\n", n)),
    "one line": |n| one(repeat("", "word ", n)),
    "one word": |n| one(repeat("", "a", n)),
    "accents": |n| one(repeat("", "é", n)),
    "quotes": |n| one(repeat("", ">", n)),
    "quoted lines": |n| one(repeat("", "> > > a\n", n)),
    "bullets in bullets": |n| one(repeat("", "- ", n)),
    "stars": |n| one(repeat("", "*", n)),
    "stars and letters": |n| one(repeat("", "*a_", n)),
    "brackets": |n| one(repeat("", "[", n)),
    "image brackets": |n| one(repeat("", "![", n)),
    "links": |n| one(repeat("", "[a](b) ", n)),
    "link definitions": |n| one(numbered("", n, |at| format!("[a{at}]: b\n"))),
    "backticks": |n| one(numbered("", n, |at| format!("{}a", "`".repeat(at % 60 + 1)))),
    "nested HTML": |n| one(repeat("", "<div>\n", n)),
    "inline HTML": |n| one(repeat("", "<b>", n)),
    "open comments": |n| one(repeat("", "<!-- ", n)),
    "entities": |n| one(repeat("", "&amp;", n)),
    "bars": |n| one(repeat("", "|", n)),
    "parentheses": |n| one(repeat("# A\n\n", "(", n)),
    "bold labels": |n| one(repeat("# Worker 001: A\n\n", "**a:** b | ", n)),
    "labels": |n| one(numbered("# A\n\n", n, |at| format!("**Key {at}:** 3 h\n"))),
    // Blocks.
    "headings": |n| one(numbered("", n, |at| format!("## Part {at}\n\ntext\n"))),
    "headings with ids": |n| one(numbered("", n, |at| format!("### T{at}: Title\n"))),
    "phases": |n| one(numbered("# Plan\n\n", n, |at| format!("## Phase {at}: Build (3 tasks, 2 h)\n\n"))),
    "fences": |n| one(repeat("", "```sh\nls\n```\n", n)),
    "fences in items": |n| one(repeat("", "- a\n  ```\n", n)),
    "open fence": |n| one(repeat("```sh\n", "echo a\n", n)),
    "one wide table": |n| one(wide_table(n, n / 24)),
    "table of 10k columns": |n| one(wide_table(n, 10_000)),
    "table cells": |n| one(repeat("| Task | Duration | Dependencies |\n|--|--|--|\n", "| | | |\n", n)),
    "rules": |n| one(repeat("", "---\n", n)),
    "indented code": |n| one(repeat("a\n\n", "    b\n", n)),
    // Front matter.
    "front matter keys": |n| one(numbered("---\nid: T-1\n", n, |at| format!("key{at}: a\n"))),
    "front matter never closed": |n| one(repeat("---\n", "a: b\n", n)),
    "front matter items": |n| one(numbered("---\nphase: 1\nplan: 2\nwave: 1\nfiles_modified:\n", n, |at| format!("  - src/{at}.rs\n")) + "---\n# A\n"),
    "front matter in brackets": |n| one(repeat("---\nphase: 1\nplan: 2\nwave: 1\ndepends_on: ", "[a, ", n) + "\n---\n# A\n"),
    "front matter aliases": |n| one(numbered("---\nphase: 1\nplan: 2\na0: &a0 [x]\n", n, |at| format!("a{}: &a{} [*a{at}, *a{at}]\n", at + 1, at + 1)) + "---\n# A\n"),
    "front matter of one text": |n| one(repeat("---\nid: T-1\ntitle: ", "a b ", n) + "\n---\n# A\n"),
    // Worker specs.
    "deliverables of one spec": |n| one(numbered(SPEC, n, |at| format!("- `src/part_{at}.rs`\n"))),
    "deliverables with files": |n| one(numbered(SPEC, n, |at| format!("- Create file: `src/part_{at}.rs` (new)\n"))),
    "criteria of one spec": |n| one(numbered(&format!("{SPEC}- `a.rs`\n\n## SUCCESS_CRITERIA\n\n"), n, |at| format!("- [ ] Criterion {at} holds\n"))),
    "dependencies of one spec": |n| one(numbered(&format!("{SPEC}- `a.rs`\n\n## DEPENDENCIES\n\n"), n, |at| format!("- WORKER_{at:03} complete\n"))),
    "boundaries of one spec": |n| one(numbered(&format!("{SPEC}- `a.rs`\n\n## BOUNDARIES\n\n**CAN modify:**\n"), n, |at| format!("- `src/{at}.rs`\n"))),
    "sections of one spec": |n| one(numbered(&format!("{SPEC}- `a.rs`\n\n"), n, |at| format!("## Section {at}\n\nb\n"))),
    "commands": |n| one(repeat(TESTS, "cargo test -- a \"b c\" 'd' && echo $(ls)\n", n)),
    "open quotes": |n| one(repeat(TESTS, "echo \"a' $( `\n", n)),
    "here-documents": |n| one(numbered(TESTS, n, |at| format!("cat <<E{at}\n"))),
    "substitutions": |n| one(repeat(TESTS, "$(", n)),
    "shell ifs": |n| one(repeat(TESTS, "if a; then\n", n)),
    "specs in one file": |n| one(numbered("", n, spec)),
    "specs in many files": |n| numbered_texts(n, |at| (format!("WORKER_{at:03}_a.md"), spec(at))),
    "specs of one id": |n| numbered_texts(n, |at| (format!("WORKER_{at:03}_a.md"), spec(7))),
    "files of one name": |n| numbered_texts(n, |at| (format!("WORKER_{at:03}_a.md"), spec(at).replace("src/", &format!("src/{at}/")).replace(&format!("part_{at}"), "mod"))),
    // Plans.
    "task table": |n| one(numbered(TABLE, n, |at| format!("| T-{at} | {at} h | T-{} |\n", at / 2))),
    "table of edges": |n| one(numbered(TABLE, n, |at| format!("| T-{} | 1 h | T-{}, T-{} |\n", at % 1000, at % 999, at % 998))),
    "one cell of many": |n| one(numbered(&format!("{TABLE}| T-1 | 1 h | "), n, |at| format!("T-{at}, ")) + " |\n"),
    "unknown names": |n| one(numbered(TABLE, n, |at| format!("| T-{at} | 1 h | X-{at} |\n"))),
    "names by words": |n| one(numbered(TABLE, n, |at| format!("| T-{at} Build part {at} | 1 h | Build part {} |\n", at / 2))),
    "id ranges": |n| one(numbered("# Plan\n\n## Batch 1\n\n", n, |at| format!("- W_{:07}-{:07}: Base\n", at * 10, at * 10 + 9))),
    "long id ranges": |n| one(repeat("# Plan\n\n## Batch 1\n\n", "- W_0001-9999: Base\n", n)),
    "one cell of ranges": |n| one(numbered(&format!("{TABLE}| T-1 | 1 h | "), n, |at| format!("T-{at:07}..T-{:07}, ", at + 9)) + " |\n"),
    "tasks by number": |n| one(numbered("# Implementation Plan\n\n", n, |at| format!("- [ ] {at}. Do part {at}\n  - _Requirements: 1.1_\n"))),
    "tasks in phases": |n| one(numbered("# Tasks\n\n", n, |at| format!("{}- [ ] T{at:03} [P] Do it in src/{at}.rs (depends on T{:03})\n", if at % 20 == 0 { format!("## Phase {}: A\n\n", at / 20 + 1) } else { String::new() }, at / 2))),
    "tasks in tasks": |n| one(numbered("# Tasks\n\n", n, |at| format!("{}- [ ] T{at:03} a\n", "  ".repeat(at % 40)))),
    "roadmap": |n| one(numbered("# Roadmap\n\n## Phases\n\n", n, |at| format!("- [ ] **Phase {at}: Part** - a\n"))),
    "roadmap details": |n| one(numbered("# Roadmap\n\n## Phases\n\n- [ ] **Phase 1: A** - a\n- [ ] **Phase 2: B** - b\n\n## Phase Details\n\n", n, |at| format!("### Phase {at}: Part\n**Goal**: a\n**Depends on**: Phase {}\n**Plans**: 1 plan\n\nPlans:\n- [ ] {at:02}-01: Do it\n\n", at / 2))),
    "roadmap plans": |n| one(numbered("# Roadmap\n\n## Phases\n\n- [ ] **Phase 1: A** - a\n\n## Phase Details\n\n### Phase 1: A\n**Depends on**: Nothing\nPlans:\n", n, |at| format!("- [ ] 01-{at:02}: Do it\n"))),
    "stories": |n| one(numbered("# Epic\n\n", n, |at| format!("## Story 1.{at}: A\n\nAs a user, I want it.\n\n### Acceptance Criteria\n\n1. It works\n\nPrerequisites: Story 1.{}\n\n", at / 2))),
    "groups that wait": |n| one(numbered("# Plan\n\n", n, |at| format!("## Wave {at}: A\n\n**Prerequisite**: Wave {} complete\n\n| Task | Duration |\n|--|--|\n| T-{at} | 1 h |\n\n", at / 2))),
    "specs that wait for groups": |n| numbered_texts(n, |at| (format!("WORKER_{at:03}_a.md"), spec(at).replace("**Duration:**", &format!("**Phase:** {}\n**Dependencies:** Phase {}\n**Duration:**", at, at / 2)))),
    "statements": |n| one(repeat("# Plan\n\n## Wave 1\n\n", "**Critical path**: T-1 → T-2 (33 hours), 3x speedup with 5 workers, 225 tasks\n", n)),
    "arrows": |n| one(numbered("# Plan\n\n## Dependencies\n\n```\n", n, |at| format!("T-{at} -> T-{}\n", at + 1))),
    // JSON.
    "JSON list": |n| json(numbered("{\"tasks\": [", n, |at| format!("{{\"id\": {at}, \"title\": \"Part {at}\", \"dependencies\": [{}]}},\n", at / 2)) + "{}]}"),
    "JSON of one task": |n| json(numbered("{\"tasks\": [{\"id\": 1, \"title\": \"A\", \"dependencies\": [", n, |at| format!("{at},")) + "1]}]}"),
    "JSON keys": |n| json(numbered("{\"tasks\": [{\"id\": 1, \"title\": \"A\"", n, |at| format!(", \"depnds{at}\": 1")) + "}]}"),
    "JSON lines": |n| json(numbered("", n, |at| format!("{{\"id\": \"a-{at}\", \"title\": \"Part {at}\", \"status\": \"open\"}}\n"))),
    "JSON brackets": |n| json(repeat("", "[", n)),
    "JSON objects in objects": |n| json(repeat("", "{\"a\":", n)),
    "JSON open strings": |n| json(repeat("", "[\"a\n", n)),
    "JSON backslashes": |n| json(repeat("[\"", "\\", n)),
    "JSON without commas": |n| json(repeat("[", "{} ", n) + "]"),
    "JSON broken lines": |n| json(repeat("", "{\"id\": 1, \"title\": \"A\"\n", n)),
    // Mermaid.
    "flowchart": |n| one(numbered(CHART, n, |at| format!("  A{at}[Part {at}] --> A{}\n", at + 1)) + "```\n"),
    "flowchart of one chain": |n| one(numbered(&format!("{CHART}A"), n, |at| format!(" --> A{at}")) + "\n```\n"),
    "flowchart of few nodes": |n| one(numbered(CHART, n, |at| format!("  A{} --> B{}\n", at % 50, at % 49)) + "```\n"),
    "fan": |n| one(fan(n)),
    "fans": |n| one(repeat(CHART, "  A & B & C & D --> E & F & G & H\n", n) + "```\n"),
    "subgraphs": |n| one(numbered(CHART, n, |at| format!("  subgraph s{at}\n  A{at}\n  end\n")) + "```\n"),
    "subgraphs in subgraphs": |n| one(numbered(CHART, n, |at| format!("subgraph s{at}\n")) + "```\n"),
    "flowchart mistakes": |n| one(repeat(CHART, "A -->\n] [ ((\n", n) + "```\n"),
    "open flowchart labels": |n| one(repeat(CHART, "A[\"a --> ", n) + "```\n"),
    "flowcharts": |n| one(numbered("", n, |at| format!("{CHART}A{at} --> B{at}\n```\n\n"))),
}

const SPEC: &str = "# Worker 001: A\n\n**Duration:** 1 h\n\n## SUCCESS_CRITERIA\n\n- a\n\n## TEST_PROCESS\n\na\n\n## DELIVERABLES\n\n";
const TESTS: &str = "# Worker 001: A\n\n## DELIVERABLES\n\n- `a.rs`\n\n## SUCCESS_CRITERIA\n\n- a\n\n## TEST_PROCESS\n\n```bash\n";
const TABLE: &str = "# Plan\n\n## Wave 1\n\n| Task | Duration | Dependencies |\n|--|--|--|\n";
const CHART: &str = "```mermaid\ngraph TD\n";

fn spec(at: usize) -> String {
    format!(
        "# Worker {at:03}: Part\n\n**Duration:** 20 minutes\n\n## 1. DELIVERABLES\n\n- Create file: `src/part_{at}.rs`\n\n\
         ## 2. SUCCESS_CRITERIA\n\n- [ ] It works\n\n## 4. DEPENDENCIES\n\n- WORKER_{:03} complete\n\n\
         ## 6. TEST_PROCESS\n\n```bash\ncargo test part_{at}\n```\n\n",
        at / 2
    )
}

fn one(text: String) -> Vec<Text> {
    vec![("plan.md".to_owned(), text)]
}

fn json(text: String) -> Vec<Text> {
    vec![("tasks.json".to_owned(), text)]
}

fn repeat(start: &str, unit: &str, size: usize) -> String {
    let mut text = String::with_capacity(size + start.len() + unit.len() + 64);
    text.push_str(start);
    while text.len() < size {
        text.push_str(unit);
    }
    text
}

fn numbered(start: &str, size: usize, unit: impl Fn(usize) -> String) -> String {
    let mut text = String::with_capacity(size + start.len() + 1024);
    text.push_str(start);
    let mut at = 1;
    while text.len() < size {
        text.push_str(&unit(at));
        at += 1;
    }
    text
}

fn numbered_texts(size: usize, unit: impl Fn(usize) -> Text) -> Vec<Text> {
    let mut texts = Vec::new();
    let mut bytes = 0;
    while bytes < size {
        let text = unit(texts.len() + 1);
        bytes += text.1.len();
        texts.push(text);
    }
    texts
}

/// Heading, rule and rows of so many columns.
fn wide_table(size: usize, columns: usize) -> String {
    let row = |cell: &str| format!("|{}\n", format!(" {cell} |").repeat(columns));
    repeat(&(row("Task") + &row("--")), &row("T-1"), size)
}

/// Half of the nodes before the other half, in one line: the edges are the product.
fn fan(size: usize) -> String {
    let nodes = |letter: char, size| numbered("", size, |at| format!("{letter}{at} & "));
    format!(
        "{CHART}{}A --> {}B\n```\n",
        nodes('A', size / 2),
        nodes('B', size / 2)
    )
}
