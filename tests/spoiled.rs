//! The checks catch a worker that delivers nothing, whatever it says.

mod support;

use std::collections::BTreeSet;
use std::sync::Arc;

use support::{graph_of, repository};
use wavecrew::exec::Control;
use wavecrew::providers::heuristic::{Brief, Heuristic};
use wavecrew::providers::{Provider, ProviderError, Request, Response, async_trait};
use wavecrew::validate::extract;
use wavecrew::{PlanGraph, RunOptions, Session, TaskEnd};

/// How an answer is spoiled.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Fault {
    /// The file has nothing in it.
    Empty,
    /// The file is not there.
    Missing,
}

/// Answers by rule, but for one file.
#[derive(Debug)]
struct Spoiled {
    path: String,
    fault: Fault,
}

#[async_trait]
impl Provider for Spoiled {
    fn name(&self) -> &str {
        "spoiled"
    }

    async fn complete(&self, request: &Request) -> Result<Response, ProviderError> {
        let mut response = Heuristic::new().complete(request).await?;
        let brief = Brief::of(request).expect("the crew sends a brief");
        if !brief.deliverables.iter().any(|file| file.path == self.path) {
            return Ok(response);
        }
        let files = extract(&response.text, &[self.path.as_str()]).files;
        if let Some(file) = files.first() {
            response.text = match self.fault {
                Fault::Empty => response.text.replace(&file.content, ""),
                Fault::Missing => "All files are written and all tests pass.".to_owned(),
            };
        }
        Ok(response)
    }
}

/// Ids of the tasks that deliver this file.
fn writers<'a>(graph: &'a PlanGraph, path: &str) -> BTreeSet<&'a str> {
    let delivers = |task: &&wavecrew::worker_spec::Task| {
        let spec = task.spec.as_deref().expect("the demo is made of specs");
        spec.deliverables.iter().any(|file| file.path == path)
    };
    graph
        .dag
        .payloads()
        .iter()
        .filter(delivers)
        .map(|task| task.id.as_str())
        .collect()
}

#[tokio::test]
async fn every_file_of_the_demo_that_is_empty_or_missing_fails_its_task() {
    let graph = graph_of(&[repository("examples/plans/harbour")]);
    let specs = graph
        .dag
        .payloads()
        .iter()
        .filter_map(|task| task.spec.as_deref());
    let paths: BTreeSet<String> = specs
        .flat_map(|spec| &spec.deliverables)
        .map(|file| file.path.clone())
        .collect();
    assert_eq!(paths.len(), 12);
    for path in paths {
        for fault in [Fault::Empty, Fault::Missing] {
            let folder = tempfile::tempdir().unwrap();
            let provider = Arc::new(Spoiled {
                path: path.clone(),
                fault,
            });
            let mut session =
                Session::create(folder.path(), None, &graph, RunOptions::default()).unwrap();
            let report = session
                .run(&graph, provider, Control::new(), |_| {})
                .await
                .unwrap();
            let writers = writers(&graph, &path);
            for task in &report.tasks {
                let writes = writers.contains(task.id.as_str());
                let failed = task.end == TaskEnd::Failed;
                // A later writer of the same file does not start: the first has failed.
                let stopped = failed || task.end == TaskEnd::Skipped;
                assert!(!writes || stopped, "{path} {fault:?}: {task:?}");
                assert!(!failed || writes, "{path} {fault:?}: {task:?}");
            }
            assert!(report.count(TaskEnd::Failed) > 0, "{path} {fault:?}");
            assert!(
                !folder.path().join(&path).exists(),
                "{path} {fault:?}: nothing is left of it"
            );
        }
    }
}
