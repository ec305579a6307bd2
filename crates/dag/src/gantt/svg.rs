use std::fmt::Write;

use crate::{NodeId, Schedule};

const ROW: usize = 24;
const BAR: usize = 18;
const MARGIN: usize = 8;
const WIDTH: usize = 960;

/// A schedule as an SVG picture, one row a slot: equal schedules give equal bytes.
///
/// `label` is what a bar shows, and what its tooltip says together with its times; it may hold any
/// characters. The picture is 976 wide, whatever the time, and needs no style sheet or script. A
/// node of no duration is a thin line.
///
/// ```
/// use std::num::NonZeroUsize;
/// use wavecrew_dag::{DagBuilder, Workload, schedule, to_gantt_svg};
///
/// let mut builder = DagBuilder::new();
/// builder.node("a", ()).node("b", ()).edge("a", "b");
/// let dag = builder.build()?;
/// let plan = schedule(&dag, &Workload::new(&[3, 1], NonZeroUsize::MIN))?;
/// let picture = to_gantt_svg(&plan, |node| dag.id(node).to_owned());
/// assert!(picture.contains("<title>a: 0 to 3</title>"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Complexity
///
/// O(V log V).
#[must_use]
pub fn to_gantt_svg(schedule: &Schedule, label: impl Fn(NodeId) -> String) -> String {
    let entries = schedule.chronological();
    // Rows are only of slots that are used, so that slots without end make no picture without end.
    let mut slots: Vec<usize> = entries.iter().map(|entry| entry.slot).collect();
    slots.sort_unstable();
    slots.dedup();
    let (width, height) = (WIDTH + 2 * MARGIN, slots.len() * ROW + ROW + 2 * MARGIN);
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width} {height}\" \
         font-family=\"sans-serif\" font-size=\"12\">\n"
    );
    for entry in &entries {
        let row = slots.partition_point(|slot| *slot < entry.slot);
        let (x, end) = (
            hundredths(entry.start, schedule.makespan),
            hundredths(entry.finish, schedule.makespan),
        );
        let y = MARGIN + row * ROW;
        let label = escape(&label(entry.node));
        let (start, finish) = (entry.start, entry.finish);
        let (left, bar) = (decimal(x), decimal(end.saturating_sub(x).max(100)));
        // A picture in the picture cuts off what is longer than its bar.
        writeln!(
            svg,
            "<svg x=\"{left}\" y=\"{y}\" width=\"{bar}\" height=\"{BAR}\">\
             <title>{label}: {start} to {finish}</title>\
             <rect width=\"100%\" height=\"100%\" rx=\"2\" fill=\"#9ecae1\" stroke=\"#3182bd\"/>\
             <text x=\"4\" y=\"13\">{label}</text></svg>"
        )
        .expect("writing to a string");
    }
    let (y, right, end) = (height - MARGIN, MARGIN + WIDTH, schedule.makespan);
    writeln!(
        svg,
        "<text x=\"{MARGIN}\" y=\"{y}\">0</text>\
         <text x=\"{right}\" y=\"{y}\" text-anchor=\"end\">{end}</text>\n</svg>"
    )
    .expect("writing to a string");
    svg
}

/// Where a time is, in hundredths of a unit; integers give the same bytes everywhere.
fn hundredths(time: u64, makespan: u64) -> u128 {
    let whole = u128::from(makespan.max(1));
    let across = u128::from(time) * (WIDTH as u128 * 100) / whole;
    MARGIN as u128 * 100 + across
}

fn decimal(hundredths: u128) -> String {
    format!("{}.{:02}", hundredths / 100, hundredths % 100)
}

/// Characters that mean something to XML are written as entities; those that it forbids are left
/// out.
fn escape(label: &str) -> String {
    let mut escaped = String::with_capacity(label.len());
    for character in label.chars() {
        match character {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\n' | '\t' | '\r' => escaped.push(' '),
            '\u{FFFE}' | '\u{FFFF}' => {}
            other if other.is_control() => {}
            other => escaped.push(other),
        }
    }
    escaped
}
