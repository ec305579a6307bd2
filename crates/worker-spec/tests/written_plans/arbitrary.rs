//! Plans with texts that no author would write, but some program might.

use std::collections::HashSet;
use std::sync::Arc;
use std::time::Duration;

use proptest::prelude::*;
use proptest::sample::{Index, select};
use wavecrew_worker_spec::{
    Checkpoint, Document, Edge, EdgeKind, Group, GroupDependency, GroupKind, Location, Plan, Risk,
    Rule, Statement, Status, Subject, Task, TestCommand, WorkerSpec, read,
};

/// A text of pieces that mean something to Markdown, Mermaid, DOT, or the form itself.
pub(crate) fn text() -> impl Strategy<Value = String> {
    let piece = select(vec![
        "",
        " ",
        "  ",
        "\n",
        "\r\n",
        "\t",
        "\u{0}",
        "\u{85}",
        "\u{a0}",
        "\u{202e}",
        "\u{2028}",
        "\u{feff}",
        "a",
        "b1",
        "end",
        "End",
        "End-1",
        "日本",
        "é",
        "🚀",
        "\"",
        "'",
        "`",
        "``",
        "```",
        "\\",
        "\\n",
        "/",
        "|",
        "||",
        "[",
        "]",
        "(",
        ")",
        "{",
        "}",
        "<",
        ">",
        "<br/>",
        "<br>",
        "<!--",
        "<b>",
        "&",
        "&amp;",
        "#",
        "##",
        "#quot;",
        ";",
        ":",
        ": ",
        ",",
        ", ",
        ".",
        "1. ",
        "- ",
        "* ",
        "_",
        "__",
        "**",
        "~~",
        "-->",
        "---",
        "- x: y",
        "none",
        "-",
        "N/A",
        "Wave 1",
        "Phase 1-2",
        "phase-3",
        "Tasks",
        "Statements",
        "Checkpoint",
        "Checkpoint: x",
        "CORE-001",
        "CORE-001: Parser",
        "graph",
        "subgraph",
        "style",
        "%%",
        "of",
        "\\u{41}",
        "$HOME",
    ]);
    prop::collection::vec(piece, 0..5).prop_map(|pieces| pieces.concat())
}

fn some_text() -> impl Strategy<Value = Option<String>> {
    prop::option::of(text())
}

fn place() -> Location {
    Location {
        file: Arc::from(""),
        span: 0..0,
        line: 1,
        column: 1,
    }
}

/// What a task is made of; which other tasks and groups it names is decided when all are known.
#[derive(Clone, Debug)]
struct Seed {
    id: String,
    title: String,
    alias: Option<String>,
    estimate: Option<u64>,
    tokens: Option<u64>,
    words: [Option<String>; 4],
    parallel: bool,
    status: Status,
    claims: Vec<String>,
    groups: Vec<Index>,
    waits: Vec<Index>,
    edges: Vec<(Index, EdgeKind)>,
    spec: Option<WorkerSpec>,
}

fn seed() -> impl Strategy<Value = Seed> {
    let index = || prop::collection::vec(any::<Index>(), 0..3);
    let kind = select(vec![EdgeKind::Hard, EdgeKind::Soft, EdgeKind::Group]);
    let status = select(vec![
        Status::Pending,
        Status::InProgress,
        Status::Done,
        Status::Deferred,
        Status::Optional,
    ]);
    let amounts = (
        prop::option::of(0..40_000_000_000_u64),
        prop::option::of(0..1_000_000_000_000_000_u64),
        (
            [some_text(), some_text(), some_text(), some_text()],
            any::<bool>(),
        ),
        status,
    );
    let names = (
        text(),
        text(),
        some_text(),
        prop::collection::vec(text(), 0..3),
    );
    let others = (
        index(),
        index(),
        prop::collection::vec((any::<Index>(), kind), 0..3),
    );
    (names, amounts, others, prop::option::weighted(0.3, spec())).prop_map(
        |(
            (id, title, alias, claims),
            (estimate, tokens, (words, parallel), status),
            (groups, waits, edges),
            spec,
        )| Seed {
            id,
            title,
            alias,
            estimate,
            tokens,
            words,
            parallel,
            status,
            claims,
            groups,
            waits,
            edges,
            spec: spec.flatten(),
        },
    )
}

/// A worker spec as some document holds it: its sections are any text between headings. They name no other task and no
/// group, since that would be a part of the plan around.
fn spec() -> impl Strategy<Value = Option<WorkerSpec>> {
    let line = select(vec![
        "- [ ] Create file: `src/a.rs`",
        "- [x] done",
        "* **CAN modify:** `src/b.rs`",
        "**CANNOT modify:** tests",
        "plain text",
        "",
        "",
        "### Sub-heading",
        "#### Deeper",
        "###### Deepest",
        "Under\n-----x",
        "> quoted",
        "| a | b |\n|---|---|\n| c | d |",
        "```bash\ncargo test\n```",
        "````\n```\n````",
        "~~~\n# no heading\n~~~",
        "    indented",
        "<details>",
        "</details>",
        "<!-- open",
        "-->",
        "- a\n  - b\n    - c",
        "1. one\n2. two",
        "---",
        "None",
        "Results file: `results/a.json`",
        "\\# escaped",
        "`code`",
    ]);
    let section = prop::collection::vec(line, 0..6).prop_map(|lines| lines.join("\n"));
    let heading = select(vec![
        "3. BOUNDARIES",
        "MITIGATION",
        "TEST_PROCESS",
        "Test results format",
        "TASK_CLASSIFICATION",
        "Notes \\#",
        "7-10. [Standard sections]",
        "Deliverables",
        "IMPLEMENTATION *notes*",
        "Success criteria #1",
    ]);
    let header = select(vec![
        "",
        "**Phase:** 2 - Core\n\n",
        "**Duration:** 20 minutes | **Priority:** high\n",
        "- **Type:** MECHANICAL\n",
        "```rust src/a.rs\nfn a() {}\n```\n",
        "Some words.\n",
        "**Odd *name*:** x\n",
    ]);
    let title = select(vec!["Title", "", "A: B - C", "`code` #", "\"quoted\""]);
    let fixed = (header, title, prop::collection::vec(section.clone(), 3));
    let more = prop::collection::vec((heading, section), 0..4);
    (fixed, more).prop_map(|((header, title, fixed), more)| {
        let mut text = format!("# WORKER_001: {title}\n\n{header}\n");
        for (heading, body) in ["1. DELIVERABLES", "2. SUCCESS_CRITERIA", "4. DEPENDENCIES"]
            .iter()
            .zip(&fixed)
        {
            text += &format!("## {heading}\n\n{body}\n\n");
        }
        for (heading, body) in &more {
            text += &format!("## {heading}\n{body}\n");
        }
        let plan = read(&[Document::new("spec.md", text)]).value;
        let spec = plan.tasks.into_iter().find_map(|task| task.spec);
        // An open comment may hide the headings that make it a spec.
        spec.map(Arc::unwrap_or_clone)
    })
}

#[derive(Clone, Debug)]
struct GroupSeed {
    id: String,
    title: String,
    counts: (Option<usize>, Option<u64>),
    after: Vec<Index>,
    gate: Option<(String, Vec<String>)>,
}

fn group() -> impl Strategy<Value = GroupSeed> {
    let kind = select(vec![
        "wave", "phase", "track", "section", "x y", "\"", "a: b", "Tasks",
    ]);
    let counts = (
        prop::option::of(0..100_usize),
        prop::option::of(0..1_000_000_u64),
    );
    let gate = prop::option::of((text(), prop::collection::vec(command(), 0..3)));
    (
        kind,
        text(),
        counts,
        prop::collection::vec(any::<Index>(), 0..2),
        gate,
    )
        .prop_map(|(kind, title, counts, after, gate)| GroupSeed {
            id: kind.to_owned(),
            title,
            counts,
            after,
            gate,
        })
}

fn command() -> impl Strategy<Value = String> {
    prop_oneof![
        select(vec![
            "cargo test",
            "a && b",
            "cat <<E\nx\nE",
            "# c",
            "for a in b; do\n  c\ndone"
        ])
        .prop_map(str::to_owned),
        text(),
    ]
}

/// Rules that fit no task, since those would have taken the agent from it, and risks.
fn rules_and_risks() -> impl Strategy<Value = (Vec<Rule>, Vec<Risk>)> {
    let rule = (text(), some_text(), some_text()).prop_map(|(pattern, agent, model)| Rule {
        pattern: format!("ZZZ{pattern}"),
        agent,
        model,
        location: place(),
    });
    let risk = (text(), some_text(), some_text(), some_text()).prop_map(
        |(risk, likelihood, impact, mitigation)| Risk {
            risk,
            likelihood,
            impact,
            mitigation,
            location: place(),
        },
    );
    (
        prop::collection::vec(rule, 0..2),
        prop::collection::vec(risk, 0..2),
    )
}

/// Statements and checkpoints, about the plan or a group.
type Around = (
    Vec<(Subject, String, Option<String>, Option<Index>)>,
    Vec<(String, Option<Index>)>,
);

fn around() -> impl Strategy<Value = Around> {
    let subject = select(vec![
        Subject::TaskCount,
        Subject::GroupCount,
        Subject::CriticalPath,
        Subject::Speedup,
        Subject::TotalDuration,
        Subject::Work,
        Subject::Tokens,
        Subject::Cost,
        Subject::Concurrency,
        Subject::TaskDuration,
    ]);
    let group = || prop::option::of(any::<Index>());
    (
        prop::collection::vec((subject, text(), some_text(), group()), 0..3),
        prop::collection::vec((text(), group()), 0..2),
    )
}

/// A plan as [`merge`](wavecrew_worker_spec::merge()) makes them: ids are distinct, every task is among the members of
/// its group, group dependencies are resolved.
pub(crate) fn plan() -> impl Strategy<Value = Plan> {
    (
        some_text(),
        prop::collection::vec(seed(), 0..8),
        prop::collection::vec(group(), 0..4),
        around(),
        rules_and_risks(),
        any::<bool>(),
    )
        .prop_map(
            |(title, mut seeds, groups, around, (rules, risks), in_order)| {
                let mut ids = HashSet::new();
                seeds.retain(|seed| !seed.id.trim().is_empty() && ids.insert(seed.id.clone()));
                let mut plan = Plan {
                    title,
                    groups: groups_of(&groups),
                    rules,
                    risks,
                    ..Plan::default()
                };
                if in_order && !plan.groups.is_empty() {
                    // Half of the plans are as people write them: group by group.
                    let groups = plan.groups.len();
                    seeds.sort_by_key(|seed| seed.groups.first().map(|group| group.index(groups)));
                    seeds.iter_mut().for_each(|seed| seed.groups.truncate(1));
                }
                plan.tasks = seeds
                    .iter()
                    .enumerate()
                    .map(|(at, seed)| task(at, seed, &plan, &ids))
                    .collect();
                join(&mut plan, &seeds);
                edges(&mut plan, &seeds);
                surround(&mut plan, &groups, around);
                plan
            },
        )
}

fn groups_of(seeds: &[GroupSeed]) -> Vec<Group> {
    // Numbers are of one width, so that none is a part of another.
    let ids: Vec<String> = (0..)
        .zip(seeds)
        .map(|(at, seed)| format!("{}-{}", seed.id, 11 + at))
        .collect();
    let group = |(at, seed): (usize, &GroupSeed)| {
        let mut group = Group::new(&ids[at], place());
        group.title.clone_from(&seed.title);
        group.stated_tasks = seed.counts.0;
        group.stated_duration = seed.counts.1.map(Duration::from_millis);
        if at % 2 == 1 {
            group.kind = GroupKind::Sprint;
        }
        for other in seed.after.iter().map(|index| index.get(&ids)) {
            if *other != ids[at] && !group.prerequisites.contains(other) {
                group.prerequisites.push(other.clone());
            }
        }
        group
    };
    seeds.iter().enumerate().map(group).collect()
}

fn task(at: usize, seed: &Seed, plan: &Plan, ids: &HashSet<String>) -> Task {
    let mut waits: Vec<GroupDependency> = Vec::new();
    for group in seed.waits.iter().filter(|_| !plan.groups.is_empty()) {
        let id = &group.get(&plan.groups).id;
        let name = id.replacen('-', " ", 1).to_lowercase();
        // Of ids that no group's name is like, the name means no group.
        let known = ["wave", "phase", "track", "section"]
            .iter()
            .any(|kind| id.starts_with(kind));
        if known && waits.iter().all(|known| known.name != name) {
            waits.push(GroupDependency {
                name,
                groups: vec![id.clone()],
                location: place(),
            });
        }
    }
    let alias = seed.alias.as_ref().map(|alias| format!("{alias} {at}"));
    Task {
        id: seed.id.clone(),
        aliases: alias
            .into_iter()
            .filter(|alias| !ids.contains(alias))
            .collect(),
        title: seed.title.clone(),
        group: None,
        estimate: seed.estimate.map(Duration::from_millis),
        tokens: seed.tokens,
        agent: seed.words[2].clone(),
        model: seed.words[0].clone(),
        parallel: seed.parallel,
        complexity: seed.words[1].clone(),
        status: seed.status,
        claims: distinct(&seed.claims),
        claimed_at: Vec::new(),
        depends_on_groups: waits,
        details: seed.words[3].clone(),
        spec: seed.spec.clone().map(Arc::new),
        location: place(),
    }
}

fn distinct(texts: &[String]) -> Vec<String> {
    let mut seen = HashSet::new();
    texts
        .iter()
        .filter(|text| seen.insert(*text))
        .cloned()
        .collect()
}

/// Puts every task into its groups; the first one in the order of the plan is its own.
fn join(plan: &mut Plan, seeds: &[Seed]) {
    for (task, seed) in plan.tasks.iter_mut().zip(seeds) {
        let count = plan.groups.len();
        let mut of_task: Vec<usize> = if count == 0 {
            Vec::new()
        } else {
            seed.groups.iter().map(|group| group.index(count)).collect()
        };
        of_task.sort_unstable();
        of_task.dedup();
        task.group = of_task.first().map(|group| plan.groups[*group].id.clone());
        for group in of_task {
            plan.groups[group].tasks.push(task.id.clone());
        }
    }
    // Own members first, as they stand below the heading.
    for group in &mut plan.groups {
        let tasks = &plan.tasks;
        let own = |id: &String| {
            tasks
                .iter()
                .any(|task| task.id == *id && task.group.as_ref() == Some(&group.id))
        };
        group.tasks.sort_by_key(|id| !own(id));
    }
}

fn edges(plan: &mut Plan, seeds: &[Seed]) {
    let mut seen = HashSet::new();
    for (to, seed) in seeds.iter().enumerate() {
        for (from, kind) in &seed.edges {
            let from = from.index(seeds.len());
            if from == to || !seen.insert((from, to)) {
                continue;
            }
            plan.edges.push(Edge {
                from: seeds[from].id.clone(),
                to: seeds[to].id.clone(),
                kind: *kind,
                stated_in: Vec::new(),
                locations: Vec::new(),
            });
        }
    }
}

fn surround(plan: &mut Plan, groups: &[GroupSeed], (statements, gates): Around) {
    let ids: Vec<String> = plan.groups.iter().map(|group| group.id.clone()).collect();
    let of = |group: Option<Index>| {
        group
            .filter(|_| !ids.is_empty())
            .map(|group| group.get(&ids).clone())
    };
    for (seed, id) in groups.iter().zip(&ids) {
        if let Some((title, commands)) = &seed.gate {
            plan.checkpoints.push(Checkpoint {
                group: Some(id.clone()),
                title: title.clone(),
                commands: commands
                    .iter()
                    .map(|text| TestCommand {
                        text: text.clone(),
                        location: place(),
                    })
                    .collect(),
                location: place(),
            });
        }
    }
    for (title, group) in gates {
        plan.checkpoints.push(Checkpoint {
            group: of(group),
            title,
            commands: Vec::new(),
            location: place(),
        });
    }
    for (subject, value, case, group) in statements {
        // What a value means as an amount or a chain of tasks is the reader's to say.
        let group = of(group);
        plan.statements.push(Statement {
            subject,
            or_whole: group.is_some() && value.len() % 2 == 0,
            value: value.replace(|c: char| c.is_ascii_digit() || c == '>', ""),
            amount: None,
            tasks: Vec::new(),
            places: Vec::new(),
            case,
            group,
            location: place(),
        });
    }
}
