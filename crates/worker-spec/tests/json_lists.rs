//! Task lists in JSON: task-master, plain lists, beads, recipes.

use std::fmt::Write as _;

use proptest::prelude::*;
use wavecrew_worker_spec::{
    Code, Confidence, Document, Parsed, Plan, Severity, Status, dialects, read, recognised,
};

fn json(text: &str) -> Parsed<Plan> {
    read(&[Document::new("tasks.json", text)])
}

/// Tasks, edges, groups and complaints, a line each.
fn outline(parsed: &Parsed<Plan>) -> String {
    let mut out = String::new();
    for task in &parsed.value.tasks {
        write!(out, "{} \"{}\"", task.id, task.title).unwrap();
        for alias in &task.aliases {
            write!(out, " = {alias}").unwrap();
        }
        if let Some(group) = &task.group {
            write!(out, " in {group}").unwrap();
        }
        if let Some(estimate) = task.estimate {
            write!(out, " {}m", estimate.as_secs() / 60).unwrap();
        }
        if let Some(tokens) = task.tokens {
            write!(out, " {tokens} tokens").unwrap();
        }
        if let Some(model) = &task.model {
            write!(out, " by {model}").unwrap();
        }
        for claim in &task.claims {
            write!(out, " owns {claim}").unwrap();
        }
        if task.status != Status::Pending {
            write!(out, " {:?}", task.status).unwrap();
        }
        for group in &task.depends_on_groups {
            write!(out, " after {}", group.name).unwrap();
        }
        writeln!(out).unwrap();
    }
    for edge in &parsed.value.edges {
        writeln!(out, "{} -> {} {:?}", edge.from, edge.to, edge.kind).unwrap();
    }
    for group in &parsed.value.groups {
        writeln!(
            out,
            "{} \"{}\" {:?}",
            group.id, group.title, group.prerequisites
        )
        .unwrap();
    }
    for diagnostic in parsed
        .diagnostics
        .iter()
        .filter(|diagnostic| diagnostic.code != Code::NO_ESTIMATE)
    {
        writeln!(out, "{diagnostic}").unwrap();
    }
    out
}

fn dialect_of(text: &str) -> Option<&'static str> {
    let document = Document::new("x", text);
    let whole = |dialect: &&&dyn wavecrew_worker_spec::Dialect| {
        dialect.recognise(&document) == Confidence::Whole
    };
    dialects().iter().find(whole).map(|dialect| dialect.name())
}

#[test]
fn a_list_with_sub_tasks_has_an_edge_for_what_a_part_needs_from_another_task() {
    let parsed = json(
        r#"{"tasks": [
            {"id": 1, "title": "Schema", "dependencies": [], "status": "done", "subtasks": [
                {"id": 1, "title": "Tables", "dependencies": []},
                {"id": 2, "title": "Keys", "dependencies": [1, "1.1"]}
            ]},
            {"id": "2", "title": "Store", "dependencies": [], "testStrategy": "unit", "subtasks": [
                {"id": 1, "title": "Read", "dependencies": ["1.2"]},
                {"id": 2, "title": "Write", "dependencies": [7, 2]}
            ]},
            {"id": 3, "title": "Shop", "dependencies": [1.2, 2], "status": "deferred"}
        ]}"#,
    );
    insta::assert_snapshot!(outline(&parsed), @r#"
    1 "Schema" Done
    2 "Store"
    3 "Shop" Deferred
    1 -> 3 Hard
    2 -> 3 Hard
    1 -> 2 Hard
    error[WC0201]: sub-task 2.2 depends on 7, which is neither a sub-task of 2 nor a task (tasks.json:8:62)
    error[WC0203]: sub-task 2.2 depends on itself (tasks.json:8:65)
    "#);
    let edges = &mut parsed.value.edges.iter();
    let edge = edges.find(|edge| edge.from == "1" && edge.to == "2");
    let place = &edge.expect("the edge of a sub-task").locations[0];
    assert_eq!((place.line, place.span.len()), (7, 5));
}

#[test]
fn tags_have_ids_of_their_own() {
    let parsed = json(
        r#"{
            "master": {"tasks": [{"id": 1, "title": "A"}, {"id": 2, "title": "B", "dependencies": [1]}], "metadata": {"taskCount": 3}},
            "feature-x": {"tasks": [{"id": 1, "title": "C", "dependencies": ["master:2"]}, {"id": 9, "title": "D", "dependencies": ["1"]}]},
            "empty": {"tasks": []}
        }"#,
    );
    insta::assert_snapshot!(outline(&parsed), @r#"
    master-1 "A" in tag-master
    master-2 "B" = 2 in tag-master
    feature-x-1 "C" in tag-feature-x
    feature-x-9 "D" = 9 in tag-feature-x
    master-1 -> master-2 Hard
    master-2 -> feature-x-1 Hard
    feature-x-1 -> feature-x-9 Hard
    tag-master "master" []
    tag-feature-x "feature-x" []
    "#);
    assert_eq!(parsed.value.statements[0].value, "3");
    let one = json(r#"{"master": {"tasks": [{"id": 1, "title": "A"}]}, "empty": {"tasks": []}}"#);
    assert_eq!(one.value.tasks[0].id, "1");
}

#[test]
fn a_plain_list_says_the_same_in_many_words() {
    let parsed = json(
        r#"[
            {"id": "A", "title": "Schema", "status": "completed", "phase": 1, "estimated_hours": 1.5, "blocks": ["C"]},
            {"id": "B", "name": "Store", "wave": 2, "phase": "Phase 1: Base", "estimate": "30min", "blockedBy": "A", "outputs": ["src/store.rs", "*.md"]},
            {"taskId": "C", "summary": "Shop", "epic": "Shop front", "minutes": "20-30", "needs": ["A", "node >= 20"], "files": ["src/x.rs"]},
            {"key": "D", "description": "Ship it\nwith care", "prerequisites": "A, B", "model": "small", "tokens": "15K", "done": true},
            {"id": "E", "title": "Rest", "depends_on": [{"id": "D", "type": "soft"}, {"task": "B", "required": false}, {"id": "C", "type": "related"}], "after": "Phase 1"},
            {"id": "F", "title": "Docs", "depends_on": "Schema, Rest (draft)", "deps": {"hard": ["A"], "soft": ["C"]}, "tier": "large"}
        ]"#,
    );
    insta::assert_snapshot!(outline(&parsed), @r#"
    A "Schema" in phase-1 90m Done
    B "Store" in wave-2 30m owns src/store.rs
    C "Shop" in epic-shop-front 30m
    D "Ship it" 15000 tokens by small Done
    E "Rest" after phase 1
    F "Docs" by large
    A -> C Hard
    A -> B Hard
    A -> D Hard
    B -> D Hard
    D -> E Soft
    B -> E Soft
    A -> F Hard
    C -> F Soft
    E -> F Hard
    phase-1 "Phase 1: Base" []
    wave-2 "" []
    epic-shop-front "Shop front" []
    warning[WC0202]: C depends on `node >= 20`, which is the name of no task (tasks.json:4:106)
    "#);
}

#[test]
fn tasks_by_id_and_tasks_in_groups() {
    let map = json(
        r#"{"project": "Kiln", "tasks": {
            "setup": {"title": "Set up"},
            "fire": {"title": "Fire", "dependsOn": ["setup"], "duration": "2h"}
        }}"#,
    );
    insta::assert_snapshot!(outline(&map), @r#"
    setup "Set up"
    fire "Fire" 120m
    setup -> fire Hard
    "#);
    assert_eq!(map.value.title.as_deref(), Some("Kiln"));
    let groups = json(
        r#"{"phases": [
            {"id": 1, "name": "Base", "tasks": [{"id": "a", "title": "A"}]},
            {"id": 2, "name": "Shop", "depends_on": [1], "tasks": [{"id": "b", "title": "B", "depends_on": ["a"]}]},
            {"id": 3, "name": "Listed", "tasks": ["a"]}
        ]}"#,
    );
    insta::assert_snapshot!(outline(&groups), @r#"
    a "A" in phase-1
    b "B" in phase-2
    a -> b Hard
    phase-1 "Base" []
    phase-2 "Shop" ["phase-1"]
    phase-3 "Listed" []
    warning[WC0102]: a is in group `phase-1` and again in `phase-3`; the first one counts (tasks.json:4:13)
    "#);
    let lines = read(&[Document::new(
        "t.jsonl",
        "{\"id\": 1, \"title\": \"A\", \"depends_on\": []}\n{\"id\": 2, \"title\": \"B\", \"depends_on\": [1]}\n",
    )]);
    assert_eq!((lines.value.tasks.len(), lines.value.edges.len()), (2, 1));
}

#[test]
fn what_is_wrong_with_a_task_is_told_with_its_mend() {
    let parsed = json(
        r#"{"tasks": [
            {"id": "A", "title": "One", "depend_on": ["B"], "estimated_hours": -4},
            {"id": "B", "title": "Two", "depends_on": true, "estimate": 5},
            {"id": "B", "title": "Three", "status": "sleeping", "hours": 1e400},
            {"id": null, "title": "Four", "depends_on": ["A", "A"]},
            {"id": "C", "title": "Five", "title": "Six", "duration": "soon", "minutes": "ten", "tokens": "many"},
            {"id": "D", "title": "Seven", "depends_on": ["D", "X1"], "duration": "10 lightyears"}
        ]}"#,
    );
    insta::assert_snapshot!(outline(&parsed), @r#"
    A "One"
    B "Two"
    task-4 "Four"
    C "Six" 10m
    D "Seven"
    A -> task-4 Hard
    warning[WC0307]: `title` is here twice; the last one counts (tasks.json:6:42)
    error[WC0101]: B is the id of two tasks of one list (tasks.json:4:20)
    warning[WC0104]: this task has no id (tasks.json:5:13)
    warning[WC0107]: -4 is no amount of work (tasks.json:2:80)
    warning[WC0306]: unknown key `depend_on` looks like `depends_on`, and is passed over (tasks.json:2:41)
    warning[WC0107]: the estimate 5 has no unit (tasks.json:3:73)
    error[WC0107]: true names no task (tasks.json:3:55)
    warning[WC0107]: 1e400 is no amount of work (tasks.json:4:74)
    note[WC0107]: `sleeping` is no known status; the task counts as not yet begun (tasks.json:4:53)
    note[WC0307]: the dependency A is listed twice (tasks.json:5:63)
    warning[WC0107]: `many` is no amount of tokens (tasks.json:6:106)
    warning[WC0107]: `10 lightyears` is no duration (tasks.json:7:82)
    error[WC0203]: D depends on itself (tasks.json:7:58)
    error[WC0201]: D depends on `X1`, which no document holds (tasks.json:7:63)
    "#);
    for diagnostic in &parsed.diagnostics {
        assert!(diagnostic.location.is_some(), "{diagnostic}");
    }
}

#[test]
fn who_waits_for_an_epic_waits_for_its_children() {
    let line = |id: &str, on: &str, kind: &str| {
        format!(
            "{{\"id\": \"{id}\", \"title\": \"T {id}\", \"issue_type\": \"task\", \"dependencies\": [{{\"depends_on_id\": \"{on}\", \"type\": \"{kind}\"}}]}}\n"
        )
    };
    let mut text = "{\"id\": \"e\", \"title\": \"All\", \"issue_type\": \"epic\"}\n".to_owned();
    text += &line("e.1", "e", "parent-child");
    text += &line("e.2", "e", "parent-child");
    text += &line("next", "e", "blocks");
    text += &line("other", "e.1", "blocks");
    let plan = read(&[Document::new("issues.jsonl", text)]).value;
    let waits = |id: &str| -> Vec<&str> {
        let task = plan.tasks.iter().find(|task| task.id == id);
        let groups = &task.expect("a task").depends_on_groups;
        groups
            .iter()
            .flat_map(|wait| &wait.groups)
            .map(String::as_str)
            .collect()
    };
    assert_eq!(waits("next"), ["epic-e"]);
    assert!(waits("other").is_empty() && waits("e.1").is_empty());
    let epic = plan.groups.iter().find(|group| group.id == "epic-e");
    assert_eq!(epic.expect("the epic").tasks, ["e.1", "e.2"]);
}

#[test]
fn who_waits_for_an_epic_waits_for_the_epics_in_it() {
    let issue = |id: &str, kind: &str, waits: &[(&str, &str)]| {
        let waits = waits
            .iter()
            .map(|(on, kind)| format!("{{\"depends_on_id\": \"{on}\", \"type\": \"{kind}\"}}"));
        let waits = waits.collect::<Vec<_>>().join(", ");
        format!(
            "{{\"id\": \"{id}\", \"title\": \"T {id}\", \"issue_type\": \"{kind}\", \"dependencies\": [{waits}]}}\n"
        )
    };
    let text = [
        issue("k-1", "epic", &[]),
        issue("k-2", "epic", &[("k-1", "parent-child")]),
        issue("k-3", "task", &[("k-1", "blocks")]),
        issue("k-4", "task", &[("k-2", "parent-child")]),
        // It is in the epic that it waits for.
        issue("k-5", "task", &[("k-2", "parent-child"), ("k-1", "blocks")]),
    ];
    let parsed = read(&[Document::new("issues.jsonl", text.concat())]);
    let edges = parsed.value.group_edges();
    let edges: Vec<String> = edges
        .iter()
        .map(|edge| format!("{} -> {}", edge.from, edge.to))
        .collect();
    assert_eq!(edges, ["k-2 -> k-3", "k-4 -> k-3", "k-5 -> k-3"]);
}

#[test]
fn of_beads_only_blockers_order_work() {
    let line = |id: &str, rest: &str| {
        format!("{{\"id\": \"{id}\", \"title\": \"T {id}\", \"issue_type\": \"task\"{rest}}}\n")
    };
    let depends = |on: &str, kind: &str| {
        format!(", \"dependencies\": [{{\"issue_id\": \"x\", \"depends_on_id\": \"{on}\", \"type\": \"{kind}\"}}]")
            .replace("\"issue_id\": \"x\", ", "")
    };
    let mut text = line("k-a", ", \"status\": \"closed\", \"estimated_minutes\": 90");
    text += &line("k-b", &depends("k-a", "blocks"));
    text += &line("k-c", &depends("k-b", "conditional-blocks"));
    text += &line("k-d", &depends("k-b", "waits-for"));
    text += &line("k-a.1", &depends("k-a", "parent-child"));
    text += &line("k-e", &depends("k-a", "discovered-from"));
    text += &line("k-f", &depends("k-gone", "blocks"));
    text += &line("k-g", &depends("external:shop:pay", "blocks"));
    text += &line(
        "k-h",
        ", \"status\": \"deferred\", \"dependencies\": [{\"id\": \"k-g\", \"dependency_type\": \"blocks\"}, \"k-e\"]",
    );
    text += &line("k-gone", ", \"status\": \"tombstone\"");
    text += "{\"_type\": \"memory\", \"key\": \"tea\", \"value\": \"Green, no sugar\"}\n";
    text += "{\"issue_id\": \"k-e\", \"depends_on_id\": \"k-c\", \"type\": \"blocks\"}\n";
    let parsed = read(&[Document::new("issues.jsonl", text)]);
    insta::assert_snapshot!(outline(&parsed), @r#"
    k-a "T k-a" 90m Done
    k-b "T k-b"
    k-c "T k-c"
    k-d "T k-d"
    k-a.1 "T k-a.1" in epic-k-a
    k-e "T k-e"
    k-f "T k-f"
    k-g "T k-g"
    k-h "T k-h" Deferred
    k-a -> k-b Hard
    k-b -> k-c Hard
    k-b -> k-d Hard
    k-g -> k-h Hard
    k-e -> k-h Hard
    k-c -> k-e Hard
    epic-k-a "T k-a" []
    note[WC0202]: k-g waits for `external:shop:pay`, which is outside of this plan (issues.jsonl:8:90)
    "#);
}

#[test]
fn a_folder_of_a_recipe_is_one_task() {
    let parsed = read(&[
        Document::new(
            "r/face/dependencies.json",
            r#"{"python": ["numpy>=1"], "system": ["redis"]}"#,
        ),
        Document::new(
            "r/face/design.md",
            "# Clock Face Design\n\n- [ ] T001 not a task\n- [ ] T002 nor this\n",
        ),
        Document::new(
            "r/face/requirements.md",
            "# Clock Face Requirements\n\n- [ ] It MUST tick\n",
        ),
        Document::new(
            "r/gears/dependencies.json",
            r#"{"name": "gear-train", "depends_on": ["face"], "external": [{"package": "x"}]}"#,
        ),
        Document::new("r/gears/design.md", "# Gears\n"),
        Document::new(
            "r/hands/dependencies.json",
            r#"{"components": {"gears": {"required": false}, "face": {}}}"#,
        ),
        Document::new("r/hands/requirements.md", "# Requirements\n"),
        Document::new(
            "r/bell/dependencies.json",
            r#"{"dependencies": ["gear-train", "left-pad", "gearz"]}"#,
        ),
        Document::new("r/bell/requirements.md", "# Bell\n"),
    ]);
    insta::assert_snapshot!(outline(&parsed), @r#"
    face "Clock Face"
    gears "Gears" = gear-train
    hands ""
    bell "Bell"
    face -> gears Hard
    gears -> hands Soft
    face -> hands Hard
    gears -> bell Hard
    warning[WC0202]: bell names `gearz`, which no document holds; it is taken as a word (r/bell/dependencies.json:1:45)
    "#);
}

#[test]
fn dialects_are_known_by_what_a_document_holds() {
    for (text, dialect) in [
        (
            r#"{"master": {"tasks": [{"id": 1, "title": "A"}]}}"#,
            "task-master",
        ),
        (
            r#"{"tasks": [{"id": 1, "title": "A", "subtasks": []}]}"#,
            "task-master",
        ),
        (r#"{"tasks": [{"id": 1, "title": "A"}]}"#, "tasks in JSON"),
        (
            r#"[{"id": 1, "title": "A", "status": "todo"}]"#,
            "tasks in JSON",
        ),
        (
            r#"{"userStories": [{"id": "US-1", "title": "A", "passes": false}]}"#,
            "tasks in JSON",
        ),
        (
            r#"{"a": {"title": "A", "depends_on": []}, "b": {"title": "B", "depends_on": ["a"]}}"#,
            "tasks in JSON",
        ),
        (
            r#"{"id": "a-1", "title": "A", "issue_type": "bug", "status": "open"}"#,
            "beads",
        ),
        (
            r#"{"name": "r", "dependencies": {"internal": [], "external": []}}"#,
            "recipe",
        ),
    ] {
        assert_eq!(dialect_of(text), Some(dialect), "{text}");
    }
}

#[test]
fn other_json_is_no_task_list() {
    for text in [
        r#"{"name": "x", "version": "1.0.0", "scripts": {"a": "b"}, "dependencies": {"left-pad": "^1.0"}}"#,
        r#"{"name": "x", "lockfileVersion": 3, "packages": {"": {"name": "x"}, "node_modules/a": {"version": "1", "dependencies": {"b": "1"}}}}"#,
        r#"{"compilerOptions": {"strict": true}, "include": ["src"], "references": [{"path": "../a"}]}"#,
        r#"{"$schema": "x", "tasks": {"build": {"dependsOn": ["^build"], "outputs": ["dist/**"]}}}"#,
        r#"{"version": "2.0.0", "tasks": [{"label": "build", "type": "shell", "command": "make", "dependsOn": ["x"]}]}"#,
        r#"{"tasks": {"dev": "deno run main.ts"}}"#,
        r#"[{"id": 1, "name": "Ann"}, {"id": 2, "name": "Bo"}]"#,
        r#"{"results": [{"id": "t1", "title": "passes", "status": "done"}]}"#,
        r#"{"workers": [{"id": "W1", "title": "A", "dependencies": ["W2"]}]}"#,
        "{}",
        "[]",
        r#"{"a": 1}"#,
    ] {
        assert_eq!(dialect_of(text), None, "{text}");
        assert_eq!(
            recognised(&[Document::new("x.json", text)]),
            [false],
            "{text}"
        );
        let parsed = json(text);
        let told = parsed
            .diagnostics
            .iter()
            .find(|diagnostic| diagnostic.code == Code::NO_TASK);
        let told = told.expect("it is told");
        assert!(
            told.severity == Severity::Error && told.help.is_some(),
            "{text}"
        );
    }
}

#[test]
fn lists_of_things_to_do_and_of_issues() {
    let todos = json(
        r#"{"todos": [
            {"id": "1", "content": "Dig", "status": "completed", "activeForm": "Digging"},
            {"id": "2", "content": "Pour", "status": "in_progress", "activeForm": "Pouring"}
        ]}"#,
    );
    insta::assert_snapshot!(outline(&todos), @r#"
    1 "Dig" Done
    2 "Pour" InProgress
    "#);
    let issues = json(
        r#"[
            {"number": 7, "title": "Pump", "state": "CLOSED", "depends_on": []},
            {"number": 9, "title": "Mast", "state": "OPEN", "depends_on": [7, "12"]}
        ]"#,
    );
    insta::assert_snapshot!(outline(&issues), @r#"
    7 "Pump" Done
    9 "Mast"
    7 -> 9 Hard
    error[WC0201]: 9 depends on `12`, which no document holds (tasks.json:3:79)
    "#);
    let menu = r#"{"tasks": [{"label": "build", "type": "shell", "command": "make"}, {"label": "test", "dependsOn": ["build"]}]}"#;
    assert_eq!(dialect_of(menu), None);
}

#[test]
fn a_dependency_may_name_a_group() {
    let parsed = json(
        r#"[
            {"id": "A", "title": "One", "phase": 1, "depends_on": []},
            {"id": "B", "title": "Two", "phase": 2, "depends_on": ["phase-1"]},
            {"id": "C", "title": "Three", "depends_on": ["phase-7"]}
        ]"#,
    );
    insta::assert_snapshot!(outline(&parsed), @r#"
    A "One" in phase-1
    B "Two" in phase-2 after phase 1
    C "Three"
    phase-1 "" []
    phase-2 "" []
    error[WC0201]: C depends on `phase-7`, which no document holds (tasks.json:4:58)
    "#);
}

#[test]
fn links_say_by_their_type_which_end_waits() {
    let plan = |links: &str| {
        let tasks =
            r#"{"id":"A","title":"Schema"},{"id":"B","title":"API"},{"id":"C","title":"UI"}"#;
        json(&format!(r#"{{"tasks":[{tasks}],{links}}}"#))
    };
    let edges = |parsed: &Parsed<Plan>| {
        let edges = parsed.value.edges.iter();
        let edges = edges.map(|edge| format!("{}>{} {:?}", edge.from, edge.to, edge.kind));
        edges.collect::<Vec<_>>().join(", ")
    };
    for (links, expected) in [
        (
            r#""links":[{"source":"B","target":"A","type":"depends_on"}]"#,
            "A>B Hard",
        ),
        (
            r#""links":[{"source":"A","target":"B","type":"blocks"}]"#,
            "A>B Hard",
        ),
        (
            r#""edges":[{"from":"B","to":"A","label":"blocked by"}]"#,
            "A>B Hard",
        ),
        (
            r#""edges":[{"from":"A","to":"B","label":"the tables"}]"#,
            "A>B Hard",
        ),
        (
            r#""dependencies":[{"from":"A","to":"B","type":"data"}]"#,
            "A>B Hard",
        ),
        (
            r#""dependencies":[{"from":"A","to":"B","type":"optional"}]"#,
            "A>B Soft",
        ),
        (
            r#""relations":[{"from":"A","to":"B","type":"relates_to"}]"#,
            "",
        ),
        (
            r#""relations":[{"from":"A","to":"B","type":"same author"}]"#,
            "",
        ),
        (
            r#""links":[{"before":"A","after":"B","type":"depends_on"}]"#,
            "A>B Hard",
        ),
    ] {
        let parsed = plan(links);
        assert_eq!(edges(&parsed), expected, "{links}");
        assert!(!outline(&parsed).contains("WC0207"), "{links}");
    }
    let parsed = plan(r#""links":[{"source":"A","target":"B"},{"source":"B","target":"C"}]"#);
    assert_eq!(edges(&parsed), "A>B Hard, B>C Hard");
    let told = parsed.diagnostics.iter();
    assert_eq!(
        told.filter(|told| told.code == Code::AMBIGUOUS_ORDER)
            .count(),
        1
    );
    // What a task says itself tells how the links are meant.
    let parsed = json(
        r#"{"tasks":[{"id":"A","title":"Schema"},{"id":"B","title":"API","depends_on":["A"]},{"id":"C","title":"UI"}],
            "links":[{"source":"B","target":"A"},{"source":"C","target":"B"}]}"#,
    );
    assert_eq!(edges(&parsed), "A>B Hard, B>C Hard");
    let mut told = parsed.diagnostics.iter();
    assert!(!told.any(|told| told.code == Code::AMBIGUOUS_ORDER));
}

#[test]
fn fences_in_json_are_text() {
    let parsed = json(
        "{\"tasks\": [{\"id\": \"A\", \"title\": \"One\", \"status\": \"done\", \"details\": \"\n```bash\nrun\"}]}",
    );
    assert_eq!(parsed.value.tasks.len(), 1);
    let codes: Vec<Code> = parsed
        .diagnostics
        .iter()
        .map(|diagnostic| diagnostic.code)
        .collect();
    assert_eq!(codes, [Code::JSON, Code::NO_ESTIMATE]);
}

#[test]
fn marks_and_line_ends_change_nothing() {
    let text = "{\"tasks\": [\n{\"id\": \"A\", \"title\": \"One\"},\n{\"id\": \"B\", \"title\": \"Two\", \"depends_on\": [\"A\"]}\n]}\n";
    let plain = outline(&json(text));
    assert_eq!(outline(&json(&text.replace('\n', "\r\n"))), plain);
    assert_eq!(outline(&json(&format!("\u{feff}{text}"))), plain);
    assert_eq!(outline(&json(&text.replace('\n', "\r"))), plain);
}

/// (How the time grows is for the bench `scaling` to tell.)
#[test]
fn long_and_odd_texts_have_a_bounded_number_of_complaints() {
    let list = |count: usize| {
        let tasks: Vec<String> = (0..count)
            .map(|at| {
                format!(
                    "{{\"id\": {at}, \"title\": \"Task {at}\", \"dependencies\": [{}]}}",
                    at / 2
                )
            })
            .collect();
        format!("{{\"tasks\": [{}]}}", tasks.join(",\n"))
    };
    let shapes: Vec<(&str, String)> = vec![
        ("list", list(5_000)),
        ("deep", "[".repeat(220_000)),
        ("deep objects", "{\"a\":".repeat(75_000)),
        ("open strings", "[\"a\n".repeat(75_000)),
        ("line breaks", format!("[\"{}", "\n".repeat(220_000))),
        ("backslashes", format!("[\"{}", "\\".repeat(220_000))),
        ("no commas", format!("[{}]", "{} ".repeat(75_000))),
        ("commas", format!("[{}]", ",".repeat(220_000))),
        (
            "comments",
            format!("[{{\"id\": 1}}{}]", "// x\n".repeat(20_000)),
        ),
        (
            "one key",
            format!("{{{}\"a\": 1}}", "\"a\": 1,".repeat(40_000)),
        ),
        (
            "broken lines",
            "{\"id\": 1, \"title\": \"A\"\n".repeat(20_000),
        ),
        (
            "one task",
            format!(
                "{{\"tasks\": [{{\"id\": 1, \"title\": \"A\", \"dependencies\": [{}1]}}]}}",
                "1,".repeat(20_000)
            ),
        ),
        (
            "misspelt",
            format!(
                "{{\"tasks\": [{{\"id\": 1, \"title\": \"A\"{}}}]}}",
                (0..20_000)
                    .map(|at| format!(", \"depnds{at}\": 1"))
                    .collect::<String>()
            ),
        ),
    ];
    for (name, text) in shapes {
        let parsed = json(&text);
        assert!(
            parsed.diagnostics.len() < 60_000,
            "{name}: {}",
            parsed.diagnostics.len()
        );
    }
}

fn entry() -> impl Strategy<Value = String> {
    let key = prop::sample::select(vec![
        "id",
        "title",
        "name",
        "depends_on",
        "dependencies",
        "blocks",
        "subtasks",
        "phase",
        "wave",
        "epic",
        "estimate",
        "hours",
        "tokens",
        "model",
        "status",
        "done",
        "outputs",
        "depend_on",
        "issue_type",
        "depends_on_id",
        "type",
        "tasks",
        "internal",
    ]);
    let value = prop::sample::select(vec![
        "1",
        "\"A\"",
        "\"B\"",
        "null",
        "true",
        "[]",
        "[1, \"A\"]",
        "{}",
        "[{\"id\": 1, \"dependencies\": [2]}]",
        "\"A, B\"",
        "-1",
        "1e999",
        "\"2h\"",
        "\"Phase 2\"",
        "{\"id\": \"A\", \"type\": \"soft\"}",
        "\"\\ud83d\\ude00 x\"",
        "\"a\\nb\"",
    ]);
    prop::collection::vec((key, value), 0..6).prop_map(|members| {
        let members: Vec<String> = members
            .iter()
            .map(|(key, value)| format!("\"{key}\": {value}"))
            .collect();
        format!("{{{}}}", members.join(", "))
    })
}

proptest! {
    #[test]
    fn any_list_can_be_read(entries in prop::collection::vec(entry(), 0..6), form in 0..5, cut in 0..400usize) {
        let list = entries.join(",\n");
        let text = match form {
            0 => format!("[{list}]"),
            1 => format!("{{\"tasks\": [{list}]}}"),
            2 => format!("{{\"a\": {{\"tasks\": [{list}]}}, \"b\": {{\"tasks\": [{list}]}}}}"),
            3 => entries.join("\n"),
            _ => format!("{{\"phases\": [{{\"tasks\": [{list}]}}]}}"),
        };
        let mut end = text.len().saturating_sub(cut / 10);
        while !text.is_char_boundary(end) {
            end -= 1;
        }
        let text = &text[..end];
        let parsed = json(text);
        let places = parsed.diagnostics.iter().filter_map(|diagnostic| diagnostic.location.as_ref());
        for place in places.chain(parsed.value.edges.iter().flat_map(|edge| &edge.locations)) {
            prop_assert!(text.get(place.span.clone()).is_some(), "{place:?}");
        }
    }
}

#[test]
fn a_tag_may_be_its_list() {
    let task = |id: &str, needs: &str| {
        format!(
            r#"{{"id": "{id}", "title": "Bake {id}", "status": "pending", "dependencies": [{needs}]}}"#
        )
    };
    let text = format!(
        r#"{{"master": [{}, {}]}}"#,
        task("1", ""),
        task("2", "\"1\"")
    );
    let plan =
        wavecrew_worker_spec::read(&[wavecrew_worker_spec::Document::new("tasks.json", text)])
            .value;
    let ids: Vec<&str> = plan.tasks.iter().map(|task| &*task.id).collect();
    let edges: Vec<(&str, &str)> = plan
        .edges
        .iter()
        .map(|edge| (&*edge.from, &*edge.to))
        .collect();
    assert_eq!((ids, edges), (vec!["1", "2"], vec![("1", "2")]));
    // Lists of other things are no tasks.
    let text = r#"{"users": [{"id": 1, "title": "Dr", "status": "active"}]}"#;
    let plan =
        wavecrew_worker_spec::read(&[wavecrew_worker_spec::Document::new("users.json", text)])
            .value;
    assert_eq!(plan.tasks, []);
}

#[test]
fn a_yaml_file_is_read_as_the_same_list_in_json() {
    let text = "# The plan\nmetadata:\n  project: \"Ferry\"\ntasks:\n  core_001:\n    id: \"core_001\"\n    title: \"Draw the piers\"\n    \
                duration: \"8 hours\"\n    dependencies: []\n  core_002:\n    id: core_002\n    title: Write the timetable\n    \
                dependencies: [\"core_001\"]\n    phase: phase_2\n  phase_2:\n    name: Words\n    duration: 2 weeks\n";
    for name in ["plan.yaml", "PLAN.YML"] {
        let parsed = read(&[Document::new(name, text)]);
        let tasks: Vec<_> = parsed.value.tasks.iter().map(|task| &*task.id).collect();
        assert_eq!(tasks, ["core_001", "core_002"], "{name}");
        assert_eq!(parsed.value.edges.len(), 1, "{name}");
    }
    // A list of other things is none, and text in Markdown is read as before.
    let other =
        "services:\n  web:\n    image: shop\n    depends_on: [db]\n  db:\n    image: data\n";
    for (name, text) in [("compose.yaml", other), ("notes.txt", text)] {
        let parsed = read(&[Document::new(name, text)]);
        assert!(parsed.value.tasks.is_empty(), "{name}");
    }
}
