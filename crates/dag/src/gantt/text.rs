use crate::{NodeId, Schedule};

/// A schedule as bars of text, one line a node, `width` characters for the whole time: equal
/// schedules give equal text.
///
/// `label` is what stands before a bar; line breaks and other control characters in it become
/// spaces. A bar is at least one character; a node of no duration shows as `|`. Lines are in the
/// order of [`Schedule::chronological`], and the last line is a scale. What a schedule that nobody has verified says
/// beyond its makespan is cut off.
///
/// ```
/// use std::num::NonZeroUsize;
/// use wavecrew_dag::{DagBuilder, Workload, schedule, to_gantt_text};
///
/// let mut builder = DagBuilder::new();
/// builder.node("a", ()).node("b", ()).edge("a", "b");
/// let dag = builder.build()?;
/// let plan = schedule(&dag, &Workload::new(&[3, 1], NonZeroUsize::MIN))?;
/// let chart = to_gantt_text(&plan, 8, |node| dag.id(node).to_owned());
/// assert_eq!(chart, "a  ######\nb        ##\n   0      4\n");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Complexity
///
/// O(V log V + V × (width + longest label)).
#[must_use]
pub fn to_gantt_text(
    schedule: &Schedule,
    width: usize,
    label: impl Fn(NodeId) -> String,
) -> String {
    let width = width.max(1);
    let entries = schedule.chronological();
    let labels: Vec<String> = entries
        .iter()
        .map(|entry| one_line(&label(entry.node)))
        .collect();
    let margin = labels
        .iter()
        .map(|label| label.chars().count())
        .max()
        .unwrap_or(0);
    let mut chart = String::new();
    for (entry, label) in entries.iter().zip(&labels) {
        let start = column(entry.start, schedule.makespan, width).min(width - 1);
        let end = column(entry.finish, schedule.makespan, width).min(width);
        let bar = match entry.finish.saturating_sub(entry.start) {
            0 => "|".to_owned(),
            _ => "#".repeat(end.saturating_sub(start).max(1)),
        };
        chart.push_str(label);
        pad(&mut chart, margin - label.chars().count() + 2 + start);
        chart.push_str(&bar);
        chart.push('\n');
    }
    let end = schedule.makespan.to_string();
    pad(&mut chart, margin + 2);
    chart.push('0');
    pad(&mut chart, width.saturating_sub(end.len() + 1));
    chart.push_str(&end);
    chart.push('\n');
    chart
}

/// Widths of `format!` end at 65,535.
fn pad(chart: &mut String, spaces: usize) {
    chart.extend(std::iter::repeat_n(' ', spaces));
}

/// Where a time is between 0 and `width`.
fn column(time: u64, makespan: u64, width: usize) -> usize {
    let whole = u128::from(makespan.max(1));
    (u128::from(time) * width as u128 / whole) as usize
}

fn one_line(label: &str) -> String {
    let breaks = |c: char| c.is_control() || matches!(c, '\u{2028}' | '\u{2029}');
    let character = |c: char| if breaks(c) { ' ' } else { c };
    label.chars().map(character).collect()
}
