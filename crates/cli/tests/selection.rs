//! `--only`, `--until` and `--from`.

mod support;

use support::{Ran, program, wavecrew};

const PLAN: &str = "---\nwavecrew: 1\n---\n\n# Bridge\n\n## Wave 1: Ground\n\n### GROUND-1: Survey\n\n- estimate: 1h\n- files: survey.txt\n\n\
    ### GROUND-2: Dig\n\n- estimate: 2h\n- depends on: GROUND-1\n- files: dig.txt\n\n## Wave 2: Deck\n\n\
    ### DECK-1: Beams\n\n- estimate: 3h\n- depends on: GROUND-2\n- files: beams.txt\n\n### DECK-2: Planks\n\n- estimate: 1h\n- depends on: DECK-1\n- files: planks.txt\n\n\
    ### PAINT: Paint\n\n- estimate: 1h\n- status: done\n";

fn plan() -> (tempfile::TempDir, String) {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("plan.md");
    std::fs::write(&path, PLAN).expect("written");
    let path = path.to_str().expect("text").to_owned();
    (folder, path)
}

fn planned(arguments: &[&str]) -> Ran {
    let (_folder, plan) = plan();
    wavecrew(&[&["plan", plan.as_str(), "--json"], arguments].concat())
}

fn tasks(ran: &Ran) -> Vec<String> {
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
    let planned = ran.json();
    let waves = planned["waves"].as_array().expect("waves").iter();
    let tasks = waves.flat_map(|wave| wave.as_array().expect("a wave").clone());
    tasks
        .map(|task| task.as_str().expect("an id").to_owned())
        .collect()
}

#[test]
fn a_plan_is_made_for_a_part() {
    for (arguments, expected) in [
        (&["--only", "GROUND-2"][..], &["GROUND-2"][..]),
        (
            &["--only", "GROUND-1", "--only", "deck-2"],
            &["GROUND-1", "DECK-2"],
        ),
        (&["--until", "DECK-1"], &["GROUND-1", "GROUND-2", "DECK-1"]),
        (&["--from", "GROUND-2"], &["GROUND-2", "DECK-1", "DECK-2"]),
        (
            &["--from", "GROUND-2", "--until", "DECK-1"],
            &["GROUND-2", "DECK-1"],
        ),
        (&["--only", "wave-1"], &["GROUND-1", "GROUND-2"]),
        (&["--only", "Wave 2"], &["DECK-1", "DECK-2"]),
        (&["--until", "wave-1"], &["GROUND-1", "GROUND-2"]),
    ] {
        assert_eq!(tasks(&planned(arguments)), expected, "{arguments:?}");
    }
}

#[test]
fn a_task_waits_for_another_also_through_those_that_are_left_out() {
    let ran = planned(&["--only", "GROUND-1", "--only", "DECK-2"]);
    let planned = ran.json();
    assert_eq!(planned["critical_path"]["seconds"], 2 * 3600);
    assert_eq!(planned["work_seconds"], 2 * 3600);
}

#[test]
fn names_that_mean_nothing_are_told_with_the_nearest() {
    for (name, told) in [
        ("GRUND-1", "did you mean `GROUND-1`?"),
        ("wave-3", "did you mean `wave-"),
        ("PAINT", "`PAINT` has nothing to do: done"),
        ("xyzzy", "no task and no group `xyzzy`"),
    ] {
        let ran = planned(&["--only", name]);
        assert_eq!(ran.code, Some(2), "{name}: {}", ran.stderr);
        assert!(ran.stderr.contains(told), "{name}: {}", ran.stderr);
    }
    let both = planned(&["--only", "nothing-like-it", "--from", "zzz"]);
    assert!(
        both.stderr.contains("`nothing-like-it`") && both.stderr.contains("`zzz`"),
        "{}",
        both.stderr
    );
    let none = planned(&["--only", "GROUND-1", "--from", "DECK-1"]);
    assert_eq!(none.code, Some(2), "{}", none.stderr);
}

#[test]
fn a_run_does_its_part_and_a_resumed_run_no_more() {
    let (folder, plan) = plan();
    let root = folder.path().join("root");
    let root = root.to_str().expect("text");
    let run = [
        "run",
        &plan,
        "--root",
        root,
        "--only",
        "GROUND-2",
        "--json",
        "--accept-unchecked",
    ];
    let ran = wavecrew(&run);
    let started = |ran: &Ran| -> Vec<String> {
        let lines = ran.json_lines().into_iter();
        let started = lines.filter(|line| line["kind"] == "started");
        started
            .map(|line| line["task"].as_str().expect("an id").to_owned())
            .collect()
    };
    assert_eq!(started(&ran), ["GROUND-2"]);
    assert_eq!(ran.summary()["tasks"].as_array().map(Vec::len), Some(1));
    assert!(
        ran.stderr.contains("3 tasks, not selected"),
        "{}",
        ran.stderr
    );
    let again = program()
        .args(["resume", "--root", root, "--json", "--accept-unchecked"])
        .output();
    let again = Ran::from(again.expect("it starts"));
    assert_eq!(
        again.summary()["tasks"].as_array().map(Vec::len),
        Some(1),
        "{}",
        again.stderr
    );
}

#[test]
fn what_is_done_of_a_selection_is_left_out() {
    let part = planned(&["--only", "PAINT", "--only", "DECK-2"]);
    assert_eq!(tasks(&part), ["DECK-2"]);
    let unknown = planned(&["--only", "PAINT", "--only", "xyzzy"]);
    assert_eq!(unknown.code, Some(2), "{}", unknown.stderr);
    assert!(!unknown.stderr.contains("PAINT"), "{}", unknown.stderr);
}

#[test]
fn a_run_of_a_part_is_resumed_after_its_tasks_were_ticked_off() {
    let (folder, plan) = plan();
    let root = folder.path().join("root");
    let root = root.to_str().expect("text");
    let how = ["--root", root, "--accept-unchecked"];
    let part = ["--only", "GROUND-1", "--only", "GROUND-2"];
    let ran = wavecrew(&[&["run", plan.as_str()], &how[..], &part[..]].concat());
    assert_eq!(ran.code, Some(1), "rules cannot do it: {}", ran.stderr);
    let resume = || wavecrew(&[&["resume"], &how[..]].concat());
    let ticked = |estimate: &str| format!("- estimate: {estimate}\n- status: done\n");

    let one = PLAN.replacen("- estimate: 1h\n", &ticked("1h"), 1);
    std::fs::write(&plan, &one).expect("written");
    let again = resume();
    assert_eq!(again.code, Some(1), "{}", again.stderr);
    assert!(
        again.stderr.contains("left out: GROUND-1 (done)"),
        "{}",
        again.stderr
    );
    let both = one.replacen("- estimate: 2h\n", &ticked("2h"), 1);
    std::fs::write(&plan, &both).expect("written");
    let again = resume();
    assert_eq!(again.code, Some(0), "{}", again.stderr);
    let others = "all that was selected is done; 2 tasks were not selected";
    assert!(again.stderr.contains(others), "{}", again.stderr);
    for command in ["status", "report"] {
        let told = wavecrew(&[command, "--root", root]);
        let told = format!("{}{}", told.stdout, told.stderr);
        assert!(told.contains(others), "{told}");
        assert!(!told.contains("everything is done"), "{told}");
    }

    std::fs::write(&plan, PLAN.replace("GROUND-", "EARTH-")).expect("written");
    let gone = resume();
    assert_eq!(gone.code, Some(3), "{}", gone.stderr);
    for part in ["no group `GROUND-1`", "--plan PATH"] {
        assert!(gone.stderr.contains(part), "{part}: {}", gone.stderr);
    }
}

#[test]
fn a_simulation_is_of_the_part() {
    let (_folder, plan) = plan();
    let ran = wavecrew(&["run", &plan, "--simulate", "--json", "--until", "GROUND-2"]);
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
    assert_eq!(ran.json()["makespan_seconds"], 3 * 3600);
}
