//! Several documents, one plan.

use insta::assert_snapshot;
use wavecrew_worker_spec::{
    Document, EdgeKind, Fragment, Location, Parsed, Plan, TaskMention, TaskMentionKind, merge, read,
};
use wavecrew_worker_spec::{EdgeMention, EdgeSource, Group, GroupDependency, Reference};

/// A small worker spec with these header lines.
fn spec(id: &str, header: &str) -> Document {
    let text = format!(
        "# {id}: Title of {id}\n\n**Duration:** 10 min\n{header}\n\n## DELIVERABLES\n\n- [ ] Create file: `out/{id}.txt`\n\n\
         ## SUCCESS_CRITERIA\n\n## TEST_PROCESS\n\n```bash\ntest -s out/{id}.txt\n```\n"
    );
    Document::new(format!("{id}.md"), text)
}

/// All errors and warnings but those about sections, one a line.
fn told(parsed: &Parsed<Plan>) -> String {
    let about_plan = |code: &str| !code.starts_with("WC03");
    let lines = parsed
        .diagnostics
        .iter()
        .filter(|found| about_plan(found.code.as_str()))
        .map(|found| {
            let related = found
                .related
                .iter()
                .map(|related| format!("\n  {}: {}", related.location, related.message));
            let help = found.help.iter().map(|help| format!("\n  help: {help}"));
            format!("{found}{}", related.chain(help).collect::<String>())
        });
    lines.collect::<Vec<_>>().join("\n")
}

fn edges(plan: &Plan) -> Vec<String> {
    plan.edges
        .iter()
        .map(|edge| format!("{} -> {}", edge.from, edge.to))
        .collect()
}

#[test]
fn an_unknown_dependency_is_an_error_with_the_nearest_id() {
    let parsed = read(&[
        spec("T-01", ""),
        spec("T-02", "**Dependencies:** T-01, T-10"),
    ]);
    assert_eq!(edges(&parsed.value), ["T-01 -> T-02"]);
    assert_snapshot!(told(&parsed), @r"
    error[WC0201]: T-02 depends on `T-10`, which no document holds (T-02.md:4:25)
      help: did you mean `T-01`?
    ");
}

#[test]
fn unknown_ids_of_one_range_are_told_at_once() {
    let parsed = read(&[
        spec("T-01", ""),
        spec("T-02", "**Dependencies:** T-01..T-12"),
    ]);
    assert_snapshot!(told(&parsed), @r"
    error[WC0201]: T-02 depends on `T-03`, `T-04`, `T-05`, `T-06`, `T-07` and 5 more, which no document holds (T-02.md:4:19)
      help: did you mean `T-01`?
    ");
}

#[test]
fn a_range_that_runs_backwards_is_an_error() {
    let parsed = read(&[
        spec("T-01", ""),
        spec("T-02", "**Dependencies:** T-09..T-01"),
    ]);
    assert_snapshot!(told(&parsed), @r"
    error[WC0205]: `T-09..T-01` is no range of ids (T-02.md:4:19)
      help: a range counts up within one series, such as `WORKER_001-018`
    ");
}

#[test]
fn one_id_defined_twice_is_an_error_that_names_both_lines() {
    let again = Document::new("again.md", spec("T-01", "").text());
    let parsed = read(&[spec("T-01", ""), again]);
    assert_eq!(parsed.value.tasks.len(), 1);
    assert_snapshot!(told(&parsed), @r"
    error[WC0101]: T-01 is defined twice (again.md:1:1)
      T-01.md:1:1: first defined here
      help: give one of them another id
    ");
}

#[test]
fn ids_that_differ_only_in_case_are_an_error() {
    let parsed = read(&[spec("T-01", ""), spec("t-01", "")]);
    assert_snapshot!(told(&parsed), @r"
    error[WC0103]: `t-01` and `T-01` look like one id (t-01.md:1:1)
      T-01.md:1:1: the other one
      help: rename one of them
    ");
}

#[test]
fn a_file_cannot_be_a_folder_of_another_one() {
    let below = Document::new(
        "b.md",
        spec("T-02", "")
            .text()
            .replace("out/T-02.txt", "out/T-01.txt/x.txt"),
    );
    let parsed = read(&[spec("T-01", ""), below]);
    assert_snapshot!(told(&parsed), @r"
    error[WC0405]: T-02 delivers `out/T-01.txt/x.txt`, but `out/T-01.txt` is a file of T-01 (b.md:8:21)
      T-01.md:8:21: delivered here as a file
      help: rename one of them: a file cannot be a folder, too
    ");
}

#[test]
fn no_task_at_all_is_an_error() {
    let parsed = read(&[Document::new("README.md", "# Read me\n\nWords.\n")]);
    assert_snapshot!(told(&parsed), @r"
    warning[WC0002]: no task and no worker spec in this document (README.md:1:1)
      help: leave it out, or list its tasks in a table, with checkboxes or in a Mermaid flowchart
    error[WC0003]: no document holds a task
      help: give a plan with tables, lists or a Mermaid flowchart, or worker specs with sections
    ");
}

#[test]
fn an_edge_stated_twice_is_one_edge_with_two_sources() {
    let both = Document::new(
        "b.md",
        spec("T-02", "**Dependencies:** T-01").text().to_owned()
            + "\n## DEPENDENCIES\n\n- T-01 done\n",
    );
    let plan = read(&[spec("T-01", ""), both]).value;
    assert_eq!(edges(&plan), ["T-01 -> T-02"]);
    assert_eq!(
        plan.edges[0].stated_in,
        [EdgeSource::Section, EdgeSource::Header]
    );
    assert_eq!(plan.edges[0].locations.len(), 2);
}

#[test]
fn phases_are_groups_and_phase_dependencies_cover_their_parts() {
    let documents = [
        spec("A-1", "**Phase:** 1 - One"),
        spec("A-2", "**Phase:** 1.1 - One one"),
        spec("A-3", "**Phase:** 10 - Ten"),
        spec(
            "A-4",
            "**Phase:** 2 - Two\n**Dependencies:** Phase 1 complete",
        ),
    ];
    let plan = read(&documents).value;
    let ids: Vec<&str> = plan.groups.iter().map(|group| group.id.as_str()).collect();
    assert_eq!(ids, ["phase-1", "phase-1.1", "phase-10", "phase-2"]);
    assert_eq!(plan.group("phase-1.1").expect("a group").title, "One one");
    let dependency = &plan.task("A-4").expect("a task").depends_on_groups[0];
    assert_eq!(
        (dependency.name.as_str(), dependency.groups.join(" ")),
        ("phase 1", "phase-1 phase-1.1".to_owned())
    );
    let edges: Vec<String> = plan
        .group_edges()
        .iter()
        .map(|edge| format!("{} -> {}", edge.from, edge.to))
        .collect();
    assert_eq!(edges, ["A-1 -> A-4", "A-2 -> A-4"]);
    assert!(
        plan.group_edges()
            .iter()
            .all(|edge| edge.kind == EdgeKind::Group)
    );
}

#[test]
fn a_task_never_waits_for_itself_through_its_group() {
    // A-2 waits for its own phase, in which A-3 waits for A-2, and A-4 names the phase too.
    let documents = [
        spec("A-1", "**Phase:** 1"),
        spec("A-2", "**Phase:** 1\n**Dependencies:** Phase 1 complete"),
        spec("A-3", "**Phase:** 1\n**Dependencies:** A-2"),
        spec("A-4", "**Phase:** 1.2\n**Dependencies:** Phase 1 complete"),
    ];
    let plan = read(&documents).value;
    let edges: Vec<String> = plan
        .group_edges()
        .iter()
        .map(|edge| format!("{} -> {}", edge.from, edge.to))
        .collect();
    assert_eq!(edges, ["A-1 -> A-2", "A-1 -> A-4", "A-3 -> A-4"]);
}

#[test]
fn a_phase_that_no_document_holds_is_a_warning() {
    let parsed = read(&[
        spec("A-1", "**Dependencies:** Phase 3 complete"),
        spec("A-2", "**Dependencies:** Phase 3 complete"),
    ]);
    assert_snapshot!(told(&parsed), @r"
    warning[WC0204]: 2 tasks wait for phase 3, and no document holds a task of it (A-1.md:4:19)
      help: give all documents of the plan together; without them this dependency is not honoured
    ");
}

fn place(line: usize) -> Location {
    Location {
        file: "plan.md".into(),
        span: line..line + 1,
        line,
        column: 1,
    }
}

fn row(id: &str, title: &str, line: usize) -> TaskMention {
    TaskMention {
        title: Some(title.to_owned()),
        ..TaskMention::new(id, TaskMentionKind::Definition, place(line))
    }
}

fn named(words: &str, aliases: &[&str], line: usize) -> TaskMention {
    TaskMention {
        named_by: Reference::Words,
        aliases: aliases.iter().map(|alias| (*alias).to_owned()).collect(),
        title: Some(words.to_owned()),
        ..TaskMention::new(words, TaskMentionKind::Definition, place(line))
    }
}

fn node(id: &str, title: &str, aliases: &[&str], line: usize) -> TaskMention {
    TaskMention {
        aliases: aliases.iter().map(|alias| (*alias).to_owned()).collect(),
        title: Some(title.to_owned()),
        ..TaskMention::new(id, TaskMentionKind::Mention, place(line))
    }
}

fn edge(
    from: &str,
    to: &str,
    reference: Reference,
    stated_in: EdgeSource,
    line: usize,
) -> EdgeMention {
    EdgeMention {
        from: from.into(),
        to: to.into(),
        reference,
        kind: EdgeKind::Hard,
        stated_in,
        location: place(line),
    }
}

fn group(id: &str, tasks: &[&str], prerequisites: &[&str]) -> Group {
    Group {
        tasks: tasks.iter().map(|task| (*task).to_owned()).collect(),
        prerequisites: prerequisites
            .iter()
            .map(|name| (*name).to_owned())
            .collect(),
        ..Group::new(id, place(1))
    }
}

#[test]
fn rows_and_nodes_of_one_task_are_joined_by_alias_title_and_words() {
    let fragment = Fragment {
        tasks: vec![
            node("DB", "Database Setup", &[], 1),
            node("API", "Public API #7", &["#7"], 2),
            node("UI", "User Interface", &[], 3),
            named("Database Server Setup", &[], 10),
            named("API of the service", &["#7"], 11),
            named("user interface", &[], 12),
            named("Release Notes", &[], 13),
        ],
        edges: vec![
            edge("DB", "API", Reference::Id, EdgeSource::Mermaid, 4),
            edge(
                "database setup",
                "API of the service",
                Reference::Words,
                EdgeSource::Table,
                11,
            ),
            edge(
                "#7",
                "user interface",
                Reference::Words,
                EdgeSource::Table,
                12,
            ),
            edge(
                "the weather",
                "Release Notes",
                Reference::Words,
                EdgeSource::Table,
                13,
            ),
        ],
        ..Fragment::default()
    };
    let parsed = merge(vec![fragment]);
    let tasks: Vec<String> = parsed
        .value
        .tasks
        .iter()
        .map(|task| format!("{} {:?}", task.id, task.aliases))
        .collect();
    assert_eq!(
        tasks,
        [
            "DB [\"Database Server Setup\"]",
            "API [\"#7\", \"API of the service\"]",
            "UI [\"user interface\"]",
            "Release Notes []"
        ]
    );
    assert_eq!(edges(&parsed.value), ["DB -> API", "API -> UI"]);
    assert_eq!(
        parsed.value.edges[0].stated_in,
        [EdgeSource::Mermaid, EdgeSource::Table]
    );
    assert!(
        told(&parsed).contains("warning[WC0202]: Release Notes depends on `the weather`"),
        "{}",
        told(&parsed)
    );
    assert_eq!(parsed.value.task("#7").expect("by alias").id, "API");
}

#[test]
fn an_alias_of_two_tasks_means_neither() {
    let fragment = Fragment {
        tasks: vec![
            node("A", "One", &["#7"], 1),
            node("B", "Two", &["#7"], 2),
            node("C", "Three", &[], 3),
        ],
        edges: vec![edge("#7", "C", Reference::Id, EdgeSource::Table, 4)],
        ..Fragment::default()
    };
    let parsed = merge(vec![fragment]);
    assert!(
        parsed
            .value
            .tasks
            .iter()
            .all(|task| task.aliases.is_empty())
    );
    assert!(
        told(&parsed).starts_with("error[WC0105]: `#7` means several tasks"),
        "{}",
        told(&parsed)
    );
}

#[test]
fn two_rows_of_one_id_with_different_titles_are_an_error() {
    let fragment = Fragment {
        tasks: vec![
            row("A", "Parser", 1),
            row("A", "Printer", 5),
            row("A", "The parser", 9),
        ],
        ..Fragment::default()
    };
    assert_snapshot!(told(&merge(vec![fragment])).lines().take(2).collect::<Vec<_>>().join("\n"), @r"
    error[WC0101]: A is defined twice (plan.md:5:1)
      plan.md:1:1: first defined here
    ");
}

#[test]
fn a_second_group_is_a_warning_and_the_first_one_counts() {
    let mut first = row("A", "a", 1);
    first.groups = vec!["wave-1".into()];
    let mut second = TaskMention::new("A", TaskMentionKind::Mention, place(7));
    second.groups = vec!["wave-2".into()];
    let mut other = TaskMention::new("B", TaskMentionKind::Mention, place(8));
    other.groups = vec!["wave-2".into(), "phase-9".into()];
    let fragment = Fragment {
        tasks: vec![first, second, other],
        groups: vec![
            group("wave-1", &[], &[]),
            group("wave-2", &[], &["Wave 1 complete", "Wave 7"]),
        ],
        ..Fragment::default()
    };
    let parsed = merge(vec![fragment]);
    assert_eq!(
        parsed.value.task("A").expect("a task").group.as_deref(),
        Some("wave-1")
    );
    assert_eq!(
        parsed.value.task("B").expect("a task").group.as_deref(),
        Some("wave-2")
    );
    let members: Vec<String> = parsed
        .value
        .groups
        .iter()
        .map(|group| format!("{} {:?} {:?}", group.id, group.tasks, group.prerequisites))
        .collect();
    assert_eq!(
        members,
        [
            "wave-1 [\"A\"] []",
            "wave-2 [\"A\", \"B\"] [\"wave-1\"]",
            "phase-9 [\"B\"] []"
        ]
    );
    assert_snapshot!(told(&parsed), @r"
    warning[WC0102]: A is in group `wave-1` and again in `wave-2`; the first one counts (plan.md:7:1)
      plan.md:1:1: first named here
      help: name it in one of them only
    warning[WC0204]: group `wave-2` comes after `Wave 7`, which is no group (plan.md:1:1)
      help: name a group by its heading, such as `Phase 1`, or drop it
    warning[WC0108]: 2 of 2 tasks state no estimate and count as zero: A, B (plan.md:1:1)
      help: add a duration, such as `4h` or `30 min`, or an amount of tokens, such as `15K`
    ");
}

#[test]
fn barriers_join_each_group_to_the_nearest_earlier_one_with_tasks() {
    let groups = vec![
        group("wave-1", &["A", "B"], &[]),
        group("wave-2", &[], &[]),
        group("wave-3", &["C", "A"], &[]),
    ];
    let tasks = ["A", "B", "C"].map(|id| TaskMention::new(id, TaskMentionKind::Mention, place(1)));
    let plan = merge(vec![Fragment {
        tasks: tasks.to_vec(),
        groups,
        ..Fragment::default()
    }])
    .value;
    let edges: Vec<String> = plan
        .barrier_edges()
        .iter()
        .map(|edge| format!("{} -> {}", edge.from, edge.to))
        .collect();
    assert_eq!(edges, ["A -> C", "B -> C"]);
}

#[test]
fn a_plan_and_specs_are_one_plan() {
    let mut listed = TaskMention::new("T-01", TaskMentionKind::Mention, place(3));
    listed.groups = vec!["batch-1".into()];
    listed.title = Some("from the plan".into());
    listed.estimate = Some(std::time::Duration::from_secs(60));
    let mut waiting = TaskMention::new("t-2", TaskMentionKind::Mention, place(4));
    waiting.depends_on_groups = vec![GroupDependency {
        name: "phase 1".into(),
        groups: vec![],
        location: place(4),
    }];
    let fragment = Fragment {
        tasks: vec![listed, waiting],
        ..Fragment::default()
    };
    let parts = [spec("T-01", "**Phase:** 1"), spec("T-02", "")]
        .map(|spec| wavecrew_worker_spec::parse(&spec).value);
    let plan = merge([vec![fragment], parts.to_vec()].concat()).value;
    let ids: Vec<&str> = plan.tasks.iter().map(|task| task.id.as_str()).collect();
    assert_eq!(ids, ["T-01", "T-02"], "`t-2` is another writing of T-02");
    let first = &plan.tasks[0];
    assert_eq!(
        (
            first.title.as_str(),
            first.estimate.map(|time| time.as_secs())
        ),
        ("Title of T-01", Some(600))
    );
    assert_eq!(first.group.as_deref(), Some("batch-1"));
    assert_eq!(plan.group("phase-1").expect("a group").tasks, ["T-01"]);
    assert_eq!(plan.group_edges().len(), 1);
}

#[test]
fn where_table_and_diagram_disagree_is_told() {
    let tasks = ["A", "B", "C"]
        .map(|id| TaskMention::new(id, TaskMentionKind::Mention, place(1)))
        .to_vec();
    let edges = vec![
        edge("A", "B", Reference::Id, EdgeSource::Table, 2),
        edge("B", "C", Reference::Id, EdgeSource::Table, 3),
        edge("A", "B", Reference::Id, EdgeSource::Mermaid, 4),
        edge("B", "C", Reference::Id, EdgeSource::Mermaid, 5),
        edge("A", "C", Reference::Id, EdgeSource::Mermaid, 6),
        edge("C", "C", Reference::Id, EdgeSource::Mermaid, 7),
    ];
    let parsed = merge(vec![Fragment {
        tasks,
        edges,
        ..Fragment::default()
    }]);
    assert_snapshot!(told(&parsed), @r"
    error[WC0203]: C depends on itself (plan.md:7:1)
      help: name the task that was meant, or drop the dependency
    warning[WC0206]: A -> C is stated in a Mermaid diagram, but not in the table of this document (plan.md:6:1)
      help: it is planned with; state it in both places or in none
    warning[WC0108]: 3 of 3 tasks state no estimate and count as zero: A, B, C (plan.md:1:1)
      help: add a duration, such as `4h` or `30 min`, or an amount of tokens, such as `15K`
    ");
}

#[test]
fn a_report_about_the_writing_of_specs_is_no_plan() {
    let lists =
        "## Batch 1: All (2 workers)\n\n- T-01-02: both of them (2 workers)\n- T-03: one more\n";
    let other = |about: &str| Document::new("other.md", format!("# Summary\n\n{about}\n\n{lists}"));
    let report = || other("**Workers generated:** 3\n\n- [x] all 3 worker specs are written");
    let parsed = read(&[spec("T-01", ""), spec("T-02", ""), report()]);
    assert_eq!(parsed.value.tasks.len(), 2);
    assert_snapshot!(told(&parsed), @r"
    warning[WC0002]: this document is about the writing of worker specs, so its lists are not taken for tasks (other.md:3:1)
      help: leave it out; a plan says how the work is run, not how its specs are written
    ");
    let plan = other("All workers start at once. They create what their specs say.");
    let parsed = read(&[spec("T-01", ""), spec("T-02", ""), plan]);
    assert_eq!(parsed.value.tasks.len(), 3, "a plan goes with its specs");
    assert_eq!(
        read(&[report()]).value.tasks.len(),
        3,
        "alone it is all there is"
    );
}
