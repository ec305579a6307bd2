//! Estimates on the lines of tasks, wherever they stand, and the titles without them.

use wavecrew_worker_spec::{Document, read};

/// Reads a document; every task is id, title, minutes, and what it waits for.
fn check(text: &str, expected: &[(&str, &str, u64, &[&str])]) {
    let plan = read(&[Document::new("plan.md", text)]).value;
    let found: Vec<_> = plan
        .tasks
        .iter()
        .map(|task| {
            let before = plan.edges.iter().filter(|edge| edge.to == task.id);
            (
                task.id.as_str(),
                task.title.as_str(),
                task.estimate.map_or(0, |estimate| estimate.as_secs() / 60),
                before.map(|edge| edge.from.as_str()).collect::<Vec<_>>(),
            )
        })
        .collect();
    let expected: Vec<_> = expected
        .iter()
        .map(|(id, title, minutes, before)| (*id, *title, *minutes, before.to_vec()))
        .collect();
    assert_eq!(found, expected);
}

#[test]
fn checkboxes() {
    check(
        "# Tasks\n\n## Phase 1: Clock\n\n- [ ] T1 Wheel (2h)\n- [ ] T2 Spring ~30 min\n\
         - [ ] T3 Hands (4h) - depends on T1\n- [ ] T4: Dial [3h] after T1\n\
         - [ ] T5 Bell (est. 2h, depends on T1)\n- [ ] T6 Case (2-3h)\n- [ ] T7 Weights (1h) · owns src/weights/\n\
         - [ ] T8 Chain — 45 min\n- [ ] T9 Pendulum swings (30s) in src/swing.rs\n- [ ] T10 Stop after ~5 min\n",
        &[
            ("T1", "Wheel", 120, &[]),
            ("T2", "Spring", 30, &[]),
            ("T3", "Hands", 240, &["T1"]),
            ("T4", "Dial", 180, &["T1"]),
            ("T5", "Bell", 120, &["T1"]),
            ("T6", "Case", 180, &[]),
            ("T7", "Weights · owns src/weights/", 60, &[]),
            ("T8", "Chain", 45, &[]),
            ("T9", "Pendulum swings (30s) in src/swing.rs", 0, &[]),
            ("T10", "Stop after ~5 min", 0, &[]),
        ],
    );
}

#[test]
fn lists_of_waves() {
    check(
        "# Plan\n\n## Wave 1: Clay\n\n- **G1** Pots (2h) · owns src/pots/\n- **G2** Wheels (est. 3h) · owns src/wheels/\n\
         \n## Wave 2: Fire\n\n- F1: Draw [3h] after G1\n- F2: Burn (est. 2h, depends on G1)\n- F3: Cool ~30 min\n\
         - F4: Sort (2-3h), depends on F1\n",
        &[
            ("G1", "Pots · owns src/pots/", 120, &[]),
            ("G2", "Wheels · owns src/wheels/", 180, &[]),
            ("F1", "Draw", 180, &["G1"]),
            ("F2", "Burn", 120, &["G1"]),
            ("F3", "Cool", 30, &[]),
            ("F4", "Sort", 180, &["F1"]),
        ],
    );
}
