//! Real task lists; needs the folder of test data.

use std::path::PathBuf;

use wavecrew_worker_spec::{Document, Parsed, Plan, read};

fn corpus(name: &str) -> Parsed<Plan> {
    let shared = std::env::var_os("WAVECREW_SHARED").expect("WAVECREW_SHARED is set");
    let path = PathBuf::from(shared).join("corpus").join(name);
    let text = std::fs::read_to_string(&path).expect("the document is there");
    read(&[Document::new(name, text)])
}

#[test]
#[ignore = "needs WAVECREW_SHARED"]
fn show() {
    for name in [
        "aikit__specs-001-aikit-generalize-tasks.md",
        "aikit__specs-002-rust-spec-kit-complete-tasks.md",
        "dnd-tracker__specs-007-monster-management-tasks.md",
        "dnd-tracker__specs-008-encounter-builder-tasks.md",
        "architrack__kiro-specs-site-survey-tasks.md",
        "architrack__kiro-specs-user-authentication-tasks.md",
    ] {
        let parsed = corpus(name);
        let plan = &parsed.value;
        println!(
            "=== {name}: {} tasks {} edges",
            plan.tasks.len(),
            plan.edges.len()
        );
        for g in &plan.groups {
            println!(
                "  {} {:?} {} after {:?} {:?}",
                g.id,
                g.title,
                g.tasks.len(),
                g.prerequisites,
                g.stated_duration
            );
        }
        for t in &plan.tasks {
            println!(
                "  {} [{:?}] {:?} {:?} {:?} {:?} {:?}",
                t.id,
                t.group,
                t.title,
                t.status,
                t.claims,
                t.estimate,
                t.depends_on_groups
                    .iter()
                    .map(|g| &g.groups)
                    .collect::<Vec<_>>()
            );
        }
        for e in &plan.edges {
            println!("  {} -> {} {:?} {}", e.from, e.to, e.kind, e.locations[0]);
        }
        for c in &plan.checkpoints {
            println!("  CP {:?} {:?}", c.group, c.title);
        }
        for c in &plan.statements {
            println!("  ST {:?} {:?} {:?}", c.subject, c.group, c.value);
        }
        for d in &parsed.diagnostics {
            println!("  {d}");
        }
    }
}
