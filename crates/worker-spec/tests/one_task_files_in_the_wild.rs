//! Real documents that hold one task each, and the roadmap over them; needs the folder of test data.

use std::path::PathBuf;

use wavecrew_worker_spec::{Code, Confidence, Document, Parsed, Plan, Status, dialects, read};

fn corpus(path: &str) -> Vec<Document> {
    let shared =
        std::env::var_os("WAVECREW_SHARED").expect("WAVECREW_SHARED names the folder of test data");
    let path = PathBuf::from(shared).join("corpus").join(path);
    let mut files = vec![path.clone()];
    if path.is_dir() {
        let entries = std::fs::read_dir(&path).expect("a folder");
        files = entries
            .map(|entry| entry.expect("an entry").path())
            .collect();
        files.sort();
    }
    let document = |file: &PathBuf| {
        let name = file
            .file_name()
            .expect("a name")
            .to_string_lossy()
            .into_owned();
        Document::from_bytes(name, std::fs::read(file).expect("a file")).expect("text")
    };
    files.iter().map(document).collect()
}

fn complaints(parsed: &Parsed<Plan>) -> Vec<String> {
    let told = parsed
        .diagnostics
        .iter()
        .filter(|diagnostic| diagnostic.code != Code::NO_ESTIMATE);
    told.map(ToString::to_string).collect()
}

#[test]
#[ignore = "needs WAVECREW_SHARED"]
fn a_plan_set_in_the_wild() {
    let parsed = read(&corpus("skill-retriever__gsd-plans"));
    assert_eq!(
        (parsed.value.tasks.len(), parsed.value.edges.len()),
        (18, 10)
    );
    assert_eq!(complaints(&parsed), [""; 0]);
    let of = |id: &str| parsed.value.task(id).expect("a plan");
    assert_eq!(of("01-01").claims.len(), 14);
    assert_eq!(of("07-01a").group.as_deref(), Some("phase-7.wave-2"));
    assert!(
        parsed
            .value
            .tasks
            .iter()
            .all(|task| !task.title.is_empty() && !task.claims.is_empty())
    );
}

#[test]
#[ignore = "needs WAVECREW_SHARED"]
fn a_roadmap_in_the_wild() {
    let parsed = read(&corpus("skill-retriever__planning-roadmap.md"));
    let plan = &parsed.value;
    assert_eq!(
        (plan.tasks.len(), plan.edges.len(), plan.groups.len()),
        (18, 0, 7)
    );
    assert!(plan.tasks.iter().all(|task| task.status == Status::Done));
    assert_eq!(
        plan.groups
            .iter()
            .map(|group| group.prerequisites.len())
            .sum::<usize>(),
        6
    );
    assert!(
        plan.groups
            .iter()
            .all(|group| group.stated_tasks == Some(group.tasks.len()))
    );
    assert_eq!(complaints(&parsed), [""; 0]);
    let mut both = corpus("skill-retriever__planning-roadmap.md");
    both.extend(corpus("skill-retriever__gsd-plans"));
    let parsed = read(&both);
    assert_eq!(
        (parsed.value.tasks.len(), parsed.value.edges.len()),
        (18, 10)
    );
    assert_eq!(complaints(&parsed), [""; 0]);
}

#[test]
#[ignore = "needs WAVECREW_SHARED"]
fn stories_in_the_wild() {
    let mut both = corpus("automaticchickenfeeder__docs-stories-1-1-story.md");
    both.extend(corpus("automaticchickenfeeder__docs-stories-2-2-story.md"));
    let parsed = read(&both);
    let tasks_of = |story: &str, status: Status| {
        let group = parsed.value.group(story).expect("the story");
        let of = |task: &&String| {
            parsed
                .value
                .task(task)
                .is_some_and(|task| task.status == status)
        };
        group.tasks.iter().filter(of).count()
    };
    assert_eq!(tasks_of("story-1.1", Status::Done), 7);
    assert_eq!(tasks_of("story-2.2", Status::Pending), 9);
    assert_eq!(parsed.value.tasks.len(), 16);
    assert_eq!(
        (parsed.value.edges.len(), parsed.value.groups.len()),
        (0, 4)
    );
    assert_eq!(complaints(&parsed), [""; 0]);
}

#[test]
#[ignore = "needs WAVECREW_SHARED"]
fn documents_of_other_dialects_are_left_alone() {
    let mine = ["GSD plan", "Backlog.md task", "BMAD story", "GSD roadmap"];
    let mut seen = 0;
    for folder in ["", "../seed-plans", "../wingman-workers"] {
        for document in texts_in(folder) {
            let of_mine = document.name().contains("-stories-")
                || document.name().contains("planning-roadmap");
            for dialect in dialects()
                .iter()
                .filter(|dialect| mine.contains(&dialect.name()))
            {
                if !of_mine {
                    let found = dialect.recognise(&document);
                    assert_eq!(
                        found,
                        Confidence::No,
                        "{} {}",
                        dialect.name(),
                        document.name()
                    );
                    seen += 1;
                }
            }
        }
    }
    assert!(seen > 800, "{seen}");
}

fn texts_in(folder: &str) -> Vec<Document> {
    let shared =
        std::env::var_os("WAVECREW_SHARED").expect("WAVECREW_SHARED names the folder of test data");
    let folder = PathBuf::from(shared).join("corpus").join(folder);
    let entries = std::fs::read_dir(folder).expect("a folder");
    let files = entries.map(|entry| entry.expect("an entry").path());
    let documents = files
        .filter(|file| file.extension().is_some_and(|ending| ending == "md"))
        .filter_map(|file| {
            let bytes = std::fs::read(&file).expect("a file");
            Document::from_bytes(file.display().to_string(), bytes).ok()
        });
    documents.collect()
}
