//! Schedules as charts.

mod support;

use std::num::NonZeroUsize;

use insta::assert_snapshot;
use support::graph;
use wavecrew_dag::{Dag, Schedule, Workload, schedule, to_gantt_svg, to_gantt_text};

fn plan(dag: &Dag<u64>, slots: usize) -> Schedule {
    let slots = NonZeroUsize::new(slots).expect("there are slots");
    schedule(dag, &Workload::new(dag.payloads(), slots)).expect("times are small")
}

#[test]
fn a_schedule_as_text() {
    let dag = graph(
        "parse=4 lint=1 plan=3 gate=0 run=9",
        "parse>plan plan>gate gate>run",
    );
    let chart = to_gantt_text(&plan(&dag, 2), 32, |node| dag.id(node).to_owned());
    assert_snapshot!(chart, @r"
    parse  ########
    lint   ##
    plan           ######
    gate                 |
    run                  ##################
           0                             16
    ");
}

#[test]
fn a_schedule_as_a_picture() {
    let dag = graph("a=2 b=0 c=4", "a>b");
    let label = |node| format!("<{}> & \"co\"\u{1}\n\u{FFFE}", dag.id(node));
    assert_snapshot!(to_gantt_svg(&plan(&dag, 2), label), @r##"
    <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 976 88" font-family="sans-serif" font-size="12">
    <svg x="8.00" y="8" width="480.00" height="18"><title>&lt;a&gt; &amp; &quot;co&quot; : 0 to 2</title><rect width="100%" height="100%" rx="2" fill="#9ecae1" stroke="#3182bd"/><text x="4" y="13">&lt;a&gt; &amp; &quot;co&quot; </text></svg>
    <svg x="8.00" y="32" width="960.00" height="18"><title>&lt;c&gt; &amp; &quot;co&quot; : 0 to 4</title><rect width="100%" height="100%" rx="2" fill="#9ecae1" stroke="#3182bd"/><text x="4" y="13">&lt;c&gt; &amp; &quot;co&quot; </text></svg>
    <svg x="488.00" y="8" width="1.00" height="18"><title>&lt;b&gt; &amp; &quot;co&quot; : 2 to 2</title><rect width="100%" height="100%" rx="2" fill="#9ecae1" stroke="#3182bd"/><text x="4" y="13">&lt;b&gt; &amp; &quot;co&quot; </text></svg>
    <text x="8" y="80">0</text><text x="968" y="80" text-anchor="end">4</text>
    </svg>
    "##);
}

#[test]
fn nothing_is_an_empty_chart() {
    let dag = graph("", "");
    let plan = plan(&dag, 3);
    assert_eq!(to_gantt_text(&plan, 0, |_| String::new()), "  00\n");
    assert!(to_gantt_svg(&plan, |_| String::new()).ends_with("</svg>\n"));
}

#[test]
fn any_times_fit() {
    let dag = graph(&format!("a={} b=0 c=0", u64::MAX), "a>b");
    let plan = plan(&dag, usize::MAX);
    let chart = to_gantt_text(&plan, 10, |node| format!("{}\n\t", dag.id(node)));
    assert_eq!(chart.lines().count(), 4);
    assert!(to_gantt_svg(&plan, |_| "x".to_owned()).contains("width=\"960.00\""));
}

#[test]
fn any_widths_fit() {
    let dag = graph("a=1 b=1", "a>b");
    let plan = plan(&dag, 1);
    let long = |node| match dag.id(node) {
        "a" => "x".repeat(70_000),
        _ => "y".to_owned(),
    };
    let chart = to_gantt_text(&plan, 100_000, long);
    let lengths: Vec<usize> = chart.lines().map(str::len).collect();
    assert_eq!(lengths, [120_002, 170_002, 170_002]);
}

/// Schedules may come from a file.
#[test]
fn a_schedule_that_cannot_be_is_drawn_all_the_same() {
    let dag = graph("a b", "");
    let mut plan = plan(&dag, 1);
    plan.entries[0].start = 5;
    plan.entries[0].finish = 3;
    plan.entries[1].finish = u64::MAX;
    assert!(
        to_gantt_text(&plan, 10, |_| String::new())
            .lines()
            .all(|line| line.len() <= 12)
    );
    assert!(to_gantt_svg(&plan, |_| String::new()).contains("5 to 3"));
}

#[test]
fn a_label_is_one_line() {
    let dag = graph("a=1", "");
    let chart = to_gantt_text(&plan(&dag, 1), 4, |_| "a\r\nb\u{2028}c\u{85}d".to_owned());
    assert_eq!(chart, "a  b c d  ####\n          0  1\n");
}
