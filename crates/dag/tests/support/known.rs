//! Collections of problems in the shared folder, and the tables of what is known of them.

use std::collections::HashMap;
use std::path::PathBuf;

use wavecrew_dag::{Dag, Schedule};

/// A folder below `data`.
pub(crate) fn folder(name: &str) -> PathBuf {
    let shared = std::env::var("WAVECREW_SHARED").expect("WAVECREW_SHARED names the folder");
    PathBuf::from(shared).join("data").join(name)
}

/// A row of a table, by column.
pub(crate) struct Row(HashMap<String, String>);

impl Row {
    pub(crate) fn text(&self, column: &str) -> &str {
        &self.0[column]
    }

    pub(crate) fn number(&self, column: &str) -> u64 {
        self.0[column].parse().expect("a number")
    }
}

/// The rows of a table of comma-separated values.
pub(crate) fn rows(folder: &str, table: &str) -> Vec<Row> {
    let path = self::folder(folder).join(table);
    let text = std::fs::read_to_string(path).expect("the table is readable");
    let mut lines = text.lines();
    let columns: Vec<&str> = lines.next().expect("a header").split(',').collect();
    let cells = |line: &str| -> HashMap<String, String> {
        let cells = columns.iter().copied().zip(line.split(','));
        cells
            .map(|(column, cell)| (column.to_owned(), cell.to_owned()))
            .collect()
    };
    lines.map(|line| Row(cells(line))).collect()
}

/// Looks at every edge, and at every start at whoever runs then, on identical workers.
pub(crate) fn check_on_workers(dag: &Dag<u64>, workers: usize, found: &Schedule) {
    let ticks = |node| *dag.payload(node);
    let times: Vec<(u64, u64)> = dag
        .nodes()
        .map(|node| {
            let start = found.entries[node.index()].start;
            (start, start + ticks(node))
        })
        .collect();
    for (before, after) in dag.edges() {
        assert!(times[before.index()].1 <= times[after.index()].0);
    }
    for &(now, _) in times.iter().filter(|(start, end)| start < end) {
        let running = times
            .iter()
            .filter(|(start, end)| *start <= now && now < *end);
        assert!(running.count() <= workers, "at {now}");
    }
    let end = times.iter().map(|time| time.1).max();
    assert_eq!(end.unwrap_or(0), found.makespan);
}
