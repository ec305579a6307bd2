//! Flowcharts: what they mean, what is said about what Mermaid refuses, and that nothing makes the parser stumble.

use proptest::prelude::*;
use wavecrew_worker_spec::mermaid::{Flowchart, Order, parse_flowchart};
use wavecrew_worker_spec::{Document, Severity};

/// Nodes, edges and subgraphs in short lines.
fn outline(chart: &Flowchart) -> String {
    let mut lines = Vec::new();
    for node in &chart.nodes {
        let shape = node.shape.as_deref().unwrap_or("-");
        lines.push(
            format!(
                "{} {shape} {:?} {}",
                node.id,
                node.label,
                node.classes.join(" ")
            )
            .trim_end()
            .to_owned(),
        );
    }
    for edge in &chart.edges {
        let arrow = match edge.order() {
            Order::None => "--",
            Order::Forward => "->",
            Order::Both => "<>",
        };
        let label = edge
            .label
            .as_deref()
            .map(|label| format!(" {label:?}"))
            .unwrap_or_default();
        lines.push(format!("{} {arrow} {}{label}", edge.from, edge.to));
    }
    for subgraph in &chart.subgraphs {
        lines.push(format!(
            "{} {:?} [{}]",
            subgraph.key,
            subgraph.title,
            subgraph.members.join(" ")
        ));
    }
    lines.join("\n")
}

/// Reads the lines of a flowchart and compares what was read and what was said.
fn check(body: &str, expected: &str) {
    let document = Document::new("x.mmd", format!("graph TD\n{body}"));
    let parsed = parse_flowchart(&document);
    let said = parsed.diagnostics.iter().map(|d| format!("{d}"));
    let found: Vec<String> = std::iter::once(outline(&parsed.value))
        .chain(said)
        .collect();
    assert_eq!(found.join("\n").trim(), expected.trim(), "{body}");
    let refused = parsed
        .diagnostics
        .iter()
        .any(|d| !d.message.starts_with("the two halves") && !d.message.contains("whole line"));
    assert_eq!(parsed.value.accepted_by_mermaid, !refused, "{body}");
}

#[test]
fn shapes() {
    for (text, shape) in [
        ("[x]", "square"),
        ("(x)", "round"),
        ("((x))", "circle"),
        ("(((x)))", "doublecircle"),
        ("([x])", "stadium"),
        ("[[x]]", "subroutine"),
        ("[(x)]", "cylinder"),
        ("{x}", "diamond"),
        ("{{x}}", "hexagon"),
        (">x]", "odd"),
        ("[/x/]", "lean_right"),
        ("[\\x\\]", "lean_left"),
        ("[/x\\]", "trapezoid"),
        ("[\\x/]", "inv_trapezoid"),
        ("(-x-)", "ellipse"),
        ("[|a:b|x]", "rect"),
        ("@{ shape: doc, label: \"x\" }", "doc"),
    ] {
        check(&format!("n{text}\n"), &format!("n {shape} \"x\""));
    }
}

#[test]
fn edges_and_their_texts() {
    for (text, expected) in [
        ("a --> b", "a -> b"),
        ("a --- b", "a -- b"),
        ("a -.-> b", "a -> b"),
        ("a ==> b", "a -> b"),
        ("a ~~~ b", "a -- b"),
        ("a --o b", "a -> b"),
        ("a <--> b", "a <> b"),
        ("a x--x b", "a <> b"),
        ("a -- to do --> b", "a -> b \"to do\""),
        ("a -. x .-> b", "a -> b \"x\""),
        ("a == x ==> b", "a -> b \"x\""),
        ("a -->|\"(x)\"| b", "a -> b \"(x)\""),
        ("a e1@--> b", "a -> b"),
        ("a\n  --> b", "a -> b"),
    ] {
        check(text, &format!("a - \"a\"\nb - \"b\"\n{expected}"));
    }
}

#[test]
fn fans_chains_and_classes() {
    check(
        "a:::k & b --> c & d --> e\nclass a,e late\nclass zz late\nstyle yy fill:#fff\n",
        r#"
a - "a" k late
b - "b"
c - "c"
d - "d"
e - "e" late
yy - "yy"
a -> c
a -> d
b -> c
b -> d
c -> e
d -> e
"#,
    );
}

#[test]
fn subgraphs() {
    check(
        "subgraph outer [The \"outer\" one]\n  a\n  subgraph in ner\n    b --> c\n  end\n  d & b\nend\nx --> outer\n",
        "a - \"a\"\nb - \"b\"\nc - \"c\"\nd - \"d\"\nx - \"x\"\nb -> c\nx -> outer\n\
         subGraph0 \"in ner\" [b c]\nouter \"The \\\"outer\\\" one\" [a subGraph0 d]\n\
         warning[WC0006]: Mermaid cannot read this subgraph: expected `]`, found `outer` (x.mmd:2:1)",
    );
}

#[test]
fn what_mermaid_refuses_is_mended() {
    for (body, expected) in [
        (
            "a --> b %% why",
            "a - \"a\"\nb - \"b\"\na -> b\nwarning[WC0006]: Mermaid takes a comment only on a line of its own (x.mmd:2:9)",
        ),
        (
            "a[call f(x)] --> b",
            "a square \"call f(x)\"\nb - \"b\"\na -> b\nwarning[WC0006]: this text needs quotes (x.mmd:2:3)",
        ),
        (
            "a[user@host]",
            "a square \"user@host\"\nwarning[WC0006]: Mermaid takes what stands before this `@` for the name of an edge (x.mmd:2:1)",
        ),
        (
            "a -> b",
            "a - \"a\"\nb - \"b\"\na -> b\nwarning[WC0006]: `->` is no edge (x.mmd:2:3)",
        ),
        (
            "a --> --> b",
            "a - \"a\"\nb - \"b\"\na -> b\nwarning[WC0006]: two arrows in a row (x.mmd:2:7)",
        ),
        (
            "Task A --> Task B",
            "Task A - \"Task A\"\nTask B - \"Task B\"\nTask A -> Task B\n\
            warning[WC0006]: the id `Task A` holds a space, which no id may hold (x.mmd:2:1)\n\
            warning[WC0006]: the id `Task B` holds a space, which no id may hold (x.mmd:2:12)",
        ),
        (
            "start --> end",
            "start - \"start\"\nend - \"end\"\nstart -> end\n\
            warning[WC0006]: the id `end` holds a word of Mermaid's own, which no node may be called (x.mmd:2:11)",
        ),
        (
            "subgraph Wave 1 (core)\n  a\nend",
            "a - \"a\"\nsubGraph0 \"Wave 1 (core)\" [a]\n\
            warning[WC0006]: Mermaid cannot read this subgraph: expected the end of the line, found `(` (x.mmd:2:1)",
        ),
        (
            "subgraph s\n  a\n",
            "a - \"a\"\ns \"s\" [a]\nwarning[WC0006]: the subgraph is never closed (x.mmd:2:1)",
        ),
        (
            "a@{ shape: squiggle }",
            "a - \"a\"\nwarning[WC0006]: there is no shape `squiggle` (x.mmd:2:2)",
        ),
        (
            "a[One] b[Two]",
            "a square \"One\"\nb square \"Two\"\nwarning[WC0006]: two statements on one line (x.mmd:2:8)",
        ),
    ] {
        check(body, expected);
    }
}

#[test]
fn what_cannot_be_read_is_left_out_up_to_the_end_of_the_line() {
    for (body, expected) in [
        (
            "a -->\n",
            "a - \"a\"\nerror[WC0006]: expected a node, found the end of the diagram (x.mmd:2:6)",
        ),
        (
            "a[\"x\nb --> c\n",
            "b - \"b\"\nc - \"c\"\nb -> c\nerror[WC0006]: expected `]`, found the end of the diagram (x.mmd:2:5)",
        ),
        (
            "end\na --> b",
            "a - \"a\"\nb - \"b\"\na -> b\nerror[WC0006]: `end` without a subgraph (x.mmd:2:1)",
        ),
        (
            "a --> b\n--> c\n] d\ne --> f",
            "a - \"a\"\nb - \"b\"\nc - \"c\"\ne - \"e\"\nf - \"f\"\na -> b\nb -> c\ne -> f\n\
            error[WC0006]: expected a node, found `]` (x.mmd:4:1)",
        ),
    ] {
        check(body, expected);
    }
}

#[test]
fn a_quoting_fix_is_offered() {
    let text = "graph TD\n  a[call f(x)] --> b\n";
    let parsed = parse_flowchart(&Document::new("x.mmd", text));
    let fix = parsed.diagnostics[0].fix.clone().unwrap();
    let mut mended = text.to_owned();
    mended.replace_range(fix.location.span, &fix.replacement);
    assert_eq!(mended, "graph TD\n  a[\"call f(x)\"] --> b\n");
    let again = parse_flowchart(&Document::new("x.mmd", mended));
    assert!(again.value.accepted_by_mermaid && again.diagnostics.is_empty());
    assert_eq!(outline(&again.value), outline(&parsed.value));
}

#[test]
fn headers() {
    for (text, accepted) in [
        ("graph TD; a-->b; b-->c", true),
        ("\n\n  flowchart LR\n a-->b\n b-->c", true),
        (
            "---\ntitle: x\n---\n%%{init: {'theme': 'dark'}}%%\n%% c\ngraph >\r\n\ta-->b\r\n\tb-->c\r\n",
            true,
        ),
        ("graph LR a-->b\nb-->c", false),
        ("a-->b\nb-->c", false),
        ("graph XY\na-->b\nb-->c", false),
    ] {
        let parsed = parse_flowchart(&Document::new("x.mmd", text));
        assert_eq!(
            outline(&parsed.value).lines().last(),
            Some("b -> c"),
            "{text}"
        );
        assert_eq!(parsed.value.accepted_by_mermaid, accepted, "{text}");
    }
    let other = parse_flowchart(&Document::new("x.mmd", "gantt\n  title x\n")).value;
    assert_eq!(other.other_diagram.as_deref(), Some("gantt"));
    assert_eq!(
        serde_json::to_value(&other).unwrap(),
        serde_json::json!({"flowchart": false, "diagram": "gantt"})
    );
}

#[test]
fn spans_are_bytes_of_the_document() {
    let text = "\u{feff}graph TD\r\n  %% é\r\n  a[\"Größe\"] -->|ü| b\r\n";
    let chart = parse_flowchart(&Document::new("x.mmd", text)).value;
    assert_eq!(&text[chart.nodes[0].span.clone()], "a[\"Größe\"]");
    assert_eq!(&text[chart.nodes[1].span.clone()], "b");
    assert_eq!(&text[chart.edges[0].span.clone()], "-->|ü|");
}

#[test]
fn long_and_broken_texts_take_little_time() {
    for unit in [
        "a --> b\n",
        "a -- b\n",
        "a[x\n",
        "a[\"x\n",
        "a@{ x\n",
        "((((",
        "-",
        "=",
        ".",
        "~",
        " ",
        "\n",
        "&",
        "a&",
        "%%{x\n",
        "<b ",
        "end\n",
        "subgraph s\n",
        "accDescr {\n",
        "click a call f(\n",
        "direction TB ",
        "@",
        "\"`",
        "#a;",
        "a -- \"b\n",
        "x",
        "}\n",
        "a b ",
        ";",
    ] {
        let text = format!("graph TD\n{}", unit.repeat(50_000 / unit.len()));
        let parsed = parse_flowchart(&Document::new("x.mmd", text));
        assert!(parsed.diagnostics.len() <= 50_001);
    }
}

fn pieces() -> impl Strategy<Value = String> {
    let piece = prop::sample::select(vec![
        "a",
        "b-1",
        "é",
        "end",
        "x",
        "subgraph s\n",
        "subgraph t [u v]\n",
        "\nend\n",
        " --> ",
        "---",
        " -- ",
        " == ",
        "-.->",
        "|t|",
        "|",
        "[t]",
        "[",
        "]",
        "(",
        "))",
        "{{",
        "\"",
        "\"`",
        "`",
        "@{",
        "}",
        "@",
        "&",
        ";",
        ":::",
        "%%",
        "%% c\n",
        "style a fill:#fff\n",
        "click a \"u\"\n",
        "\n",
        " ",
        "\r\n",
        "#quot;",
        "<br/>",
        "<",
        "~~~",
        "direction LR\n",
        "accTitle: t\n",
        "class a b\n",
        "linkStyle 0 x:y\n",
        "\u{feff}",
        "日本",
    ]);
    prop::collection::vec(piece, 0..24).prop_map(|pieces| pieces.concat())
}

proptest! {
    #[test]
    fn nothing_makes_it_stumble(header in prop::sample::select(vec!["graph TD\n", "flowchart LR;", "", "graph"]), body in pieces()) {
        let text = format!("{header}{body}");
        let parsed = parse_flowchart(&Document::new("x.mmd", text.clone()));
        let chart = &parsed.value;
        for span in chart.nodes.iter().map(|n| &n.span).chain(chart.edges.iter().map(|e| &e.span)) {
            prop_assert!(text.get(span.clone()).is_some());
        }
        for diagnostic in &parsed.diagnostics {
            let span = diagnostic.location.as_ref().unwrap().span.clone();
            prop_assert!(text.get(span).is_some());
        }
        prop_assert!(chart.accepted_by_mermaid || chart.other_diagram.is_some() || !parsed.diagnostics.is_empty());
        if parsed.diagnostics.iter().any(|d| d.severity == Severity::Error) {
            prop_assert!(!chart.accepted_by_mermaid);
        }
        let mut ids: Vec<&str> = chart.nodes.iter().map(|n| n.id.as_str()).collect();
        let count = ids.len();
        ids.sort_unstable();
        ids.dedup();
        prop_assert_eq!(ids.len(), count);
    }

    #[test]
    fn any_text_is_read(text in "\\PC*") {
        parse_flowchart(&Document::new("x.mmd", text));
    }
}
