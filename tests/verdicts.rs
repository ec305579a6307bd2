//! What must not be called verified, and what must not be lost when it is not.

use std::path::Path;
use std::sync::Arc;

use tempfile::TempDir;
use wavecrew::exec::Control;
use wavecrew::providers::Scripted;
use wavecrew::providers::heuristic::Heuristic;
use wavecrew::worker_spec::{Document, read};
use wavecrew::{GraphOptions, RunOptions, RunReport, Session, TaskEnd, graph};

/// A spec that delivers a file whose first line is `hello`.
fn spec(id: &str, file: &str, tests: &str) -> Document {
    let text = format!(
        "# {id}: Write\n\n## 1. DELIVERABLES\n\n- [ ] Create file: `{file}`\n\n\
         ## 2. SUCCESS_CRITERIA\n\n- [ ] The first line of `{file}` is `hello`\n\n\
         ## 6. TEST_PROCESS\n\n```sh\n{tests}\n```\n"
    );
    Document::new(format!("{id}.md"), text)
}

async fn run_in(root: &Path, specs: &[Document], options: RunOptions) -> RunReport {
    let graph = graph(&read(specs).value, GraphOptions::default()).expect("no cycle");
    let mut session = Session::create(root, Some("run"), &graph, options).unwrap();
    let provider = Arc::new(Heuristic::new());
    session
        .run(&graph, provider, Control::new(), |_| {})
        .await
        .unwrap()
}

async fn run(specs: &[Document]) -> (TempDir, RunReport) {
    let root = tempfile::tempdir().unwrap();
    let report = run_in(root.path(), specs, RunOptions::default()).await;
    (root, report)
}

fn ends(report: &RunReport) -> Vec<TaskEnd> {
    report.tasks.iter().map(|task| task.end).collect()
}

#[tokio::test]
async fn a_test_that_the_work_turns_is_verified() {
    let (_root, report) = run(&[spec("WORKER_001", "a.txt", "grep -qx hello a.txt")]).await;
    assert_eq!(ends(&report), [TaskEnd::Verified], "{report:#?}");
}

#[tokio::test]
async fn a_test_that_passes_because_it_ran_before_is_not_told_by_the_work() {
    for tests in [
        "test -d build\nmkdir -p build\ntouch build/x",
        "if test -f warm; then exit 0; else touch warm; exit 1; fi",
    ] {
        let (_root, report) = run(&[spec("WORKER_001", "a.txt", tests)]).await;
        assert_eq!(ends(&report), [TaskEnd::NotChecked], "{tests}: {report:#?}");
    }
}

#[tokio::test]
async fn a_command_is_compared_with_itself_where_others_fail_without_the_work() {
    for (file, tests, end) in [
        // There is no such folder without the work.
        (
            "pkg/a.txt",
            "cd pkg\ngrep -qx hello a.txt",
            TaskEnd::Verified,
        ),
        (
            "pkg/a.txt",
            "echo look\ncd pkg && pwd\necho on\ngrep -qx hello a.txt",
            TaskEnd::Verified,
        ),
        // The copy is left over from the run before.
        (
            "a.txt",
            "cp a.txt copy.txt\ngrep -qx hello copy.txt",
            TaskEnd::NotChecked,
        ),
    ] {
        let (_root, report) = run(&[spec("WORKER_001", file, tests)]).await;
        assert_eq!(ends(&report), [end], "{tests}: {report:#?}");
    }
}

/// A task that writes a module and the test of it.
async fn with_own_test(module: &str, test: &str) -> RunReport {
    let text = "# WORKER_001: Count\n\n## 1. DELIVERABLES\n\n- [ ] Create file: `src/count.sh`\n- [ ] Create file: `tests/test_count.sh`\n\n\
                ## 6. TEST_PROCESS\n\n```sh\nsh tests/test_count.sh\n```\n";
    let answer =
        format!("```sh src/count.sh\n{module}\n```\n\n```sh tests/test_count.sh\n{test}\n```\n");
    let parsed = read(&[Document::new("WORKER_001.md", text.to_owned())]);
    let graph = graph(&parsed.value, GraphOptions::default()).expect("no cycle");
    let root = tempfile::tempdir().unwrap();
    let mut session = Session::create(root.path(), None, &graph, RunOptions::default()).unwrap();
    let provider = Arc::new(Scripted::by(move |_| Ok(answer.clone())));
    let ran = session.run(&graph, provider, Control::new(), |_| {});
    ran.await.unwrap()
}

#[tokio::test]
async fn an_own_test_has_to_fail_without_what_it_is_to_test() {
    let module = "count() { echo \"$#\"; }";
    let honest = ". src/count.sh\ntest \"$(count a b)\" = 2";
    let report = with_own_test(module, honest).await;
    assert_eq!(ends(&report), [TaskEnd::Verified], "{report:#?}");
    let hollow = "count() { echo 2; }\ntest \"$(count a b)\" = 2";
    let report = with_own_test(module, hollow).await;
    assert_eq!(ends(&report), [TaskEnd::NotChecked], "{report:#?}");
}

#[tokio::test]
async fn a_test_that_another_tasks_work_turns_is_not_told_by_this_one() {
    let (_root, report) = run(&[
        spec(
            "WORKER_001",
            "a.txt",
            "test -s b.txt\nsleep 0.5; test -s b.txt",
        ),
        spec("WORKER_002", "b.txt", "grep -qx hello b.txt"),
    ])
    .await;
    assert_ne!(report.tasks[0].end, TaskEnd::Verified, "{report:#?}");
    assert_eq!(report.tasks[1].end, TaskEnd::Verified, "{report:#?}");
}

#[tokio::test]
async fn a_failed_task_leaves_its_files_as_they_were_even_if_its_tests_wrote_them() {
    let root = tempfile::tempdir().unwrap();
    std::fs::write(root.path().join("a.txt"), "ORIGINAL\n").unwrap();
    let specs = [spec("WORKER_001", "a.txt", "echo junk >> a.txt; false")];
    let report = run_in(root.path(), &specs, RunOptions::default()).await;
    assert_eq!(ends(&report), [TaskEnd::Failed]);
    assert_eq!(
        std::fs::read_to_string(root.path().join("a.txt")).unwrap(),
        "ORIGINAL\n"
    );
}

#[tokio::test]
async fn what_is_not_checked_is_not_asked_for_again_where_verified_is_required() {
    let root = tempfile::tempdir().unwrap();
    let options = RunOptions {
        require_verified: true,
        ..RunOptions::default()
    };
    let report = run_in(root.path(), &[spec("WORKER_001", "a.txt", "true")], options).await;
    assert_eq!(ends(&report), [TaskEnd::NotChecked], "{report:#?}");
    assert_eq!(report.calls, 1);
    assert!(
        !root.path().join("a.txt").exists(),
        "what counts as failed leaves nothing"
    );
}

#[tokio::test]
async fn a_path_that_cannot_be_written_fails_its_task_alone() {
    let root = tempfile::tempdir().unwrap();
    std::fs::create_dir(root.path().join("a.txt")).unwrap();
    let specs = [
        spec("WORKER_001", "a.txt", "grep -qx hello a.txt"),
        spec("WORKER_002", "b.txt", "grep -qx hello b.txt"),
    ];
    let report = run_in(root.path(), &specs, RunOptions::default()).await;
    assert_eq!(
        ends(&report),
        [TaskEnd::Failed, TaskEnd::Verified],
        "{report:#?}"
    );
    assert!(report.tasks[0].reason.contains("a.txt"), "{report:#?}");
}

#[tokio::test]
async fn a_deliverable_that_somebody_changed_is_not_checked_any_more() {
    let specs = [spec("WORKER_001", "a.txt", "grep -qx hello a.txt")];
    let (root, _) = run(&specs).await;
    std::fs::write(root.path().join("a.txt"), "garbage\n").unwrap();
    let status = wavecrew::RunStatus::read(root.path(), None).unwrap();
    assert_eq!(
        status.count(wavecrew::TaskState::NotChecked),
        1,
        "{status:#?}"
    );

    let graph = graph(&read(&specs).value, GraphOptions::default()).expect("no cycle");
    let mut session = Session::open(root.path(), None).unwrap();
    session.recover(&graph).await.unwrap();
    let provider = Arc::new(Heuristic::new());
    let report = session
        .run(&graph, provider, Control::new(), |_| {})
        .await
        .unwrap();
    assert_eq!(ends(&report), [TaskEnd::NotChecked], "{report:#?}");
    assert_eq!(
        std::fs::read_to_string(root.path().join("a.txt")).unwrap(),
        "garbage\n"
    );
}

#[tokio::test]
async fn work_that_another_tasks_test_removes_is_failed() {
    let mut second = spec("WORKER_002", "b.txt", "grep -qx hello b.txt && rm -f a.txt")
        .text()
        .to_owned();
    second.push_str("\n## 4. DEPENDENCIES\n\n- WORKER_001 complete\n");
    let (_root, report) = run(&[
        spec("WORKER_001", "a.txt", "grep -qx hello a.txt"),
        Document::new("WORKER_002.md", second),
    ])
    .await;
    assert_eq!(report.tasks[0].end, TaskEnd::Failed, "{report:#?}");
    assert!(
        report.tasks[0].reason.contains("`a.txt` is gone"),
        "{report:#?}"
    );
}

#[tokio::test]
async fn what_only_speaks_takes_nothing_from_the_tests() {
    let tests = "echo checking\ngrep -qx hello a.txt\ndate";
    let (_root, report) = run(&[spec("WORKER_001", "a.txt", tests)]).await;
    assert_eq!(ends(&report), [TaskEnd::Verified], "{report:#?}");
    let (_root, report) = run(&[spec("WORKER_001", "a.txt", "echo PASS")]).await;
    assert_eq!(ends(&report), [TaskEnd::NotChecked], "{report:#?}");
}

#[tokio::test]
async fn a_pipeline_whose_reader_has_seen_enough_passes() {
    let tests = "test -s a.txt && seq 1 200000 | grep -q '^7$'";
    let (_root, report) = run(&[spec("WORKER_001", "a.txt", tests)]).await;
    assert_eq!(ends(&report), [TaskEnd::Verified], "{report:#?}");
}
