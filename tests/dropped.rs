//! Calls that were under way when a session was stopped: nobody knows what they came to, and they count all the same.

use std::sync::Arc;

use wavecrew::exec::{Control, EventKind};
use wavecrew::providers::{
    Provider, ProviderError, Request, Response, ResponseStream, async_trait,
};
use wavecrew::worker_spec::{Document, read};
use wavecrew::{GraphOptions, PlanGraph, Reserve, RunOptions, RunStatus, Session, graph};

/// Somebody who never answers.
#[derive(Debug)]
struct Silent(Control);

#[async_trait]
impl Provider for Silent {
    fn name(&self) -> &str {
        "openai"
    }

    async fn complete(&self, _: &Request) -> Result<Response, ProviderError> {
        self.0.cancel();
        std::future::pending().await
    }

    async fn stream<'a>(&'a self, _: &Request) -> Result<ResponseStream<'a>, ProviderError> {
        std::future::pending().await
    }
}

fn plan() -> PlanGraph {
    let text = "---\nwavecrew: 1\n---\n\n# Harbour\n\n## Tasks\n\n### A: Log\n\n#### Deliverables\n\n- [ ] Create file: `a.txt`\n";
    let read = read(&[Document::new("plan.md", text.to_owned())]);
    graph(&read.value, GraphOptions::default()).expect("no cycle")
}

#[tokio::test]
async fn a_call_that_was_dropped_counts_as_much_as_it_may_have_taken() {
    let root = tempfile::tempdir().expect("a folder");
    let plan = plan();
    let options = RunOptions {
        providers: vec!["openai".to_owned()],
        model: Some("gpt-4o-mini".to_owned()),
        ..RunOptions::default()
    };
    let mut session = Session::create(root.path(), Some("r"), &plan, options.clone()).expect("new");
    let control = Control::new();
    let provider = Arc::new(Silent(control.clone()));
    let mut cancelled = 0;
    let ran = session.run(&plan, provider, control, |event| {
        cancelled += u32::from(matches!(event.kind, EventKind::Cancelled));
    });
    ran.await.expect("the journal works");
    assert_eq!(cancelled, 1);
    drop(session);

    let status = RunStatus::read(root.path(), None).expect("it is there");
    let dropped: Vec<_> = status.spent.dropped.iter().collect();
    assert_eq!(dropped, [(&"A".to_owned(), &1)]);
    assert_eq!(status.spent.calls, 0, "what is known is told apart");

    let session = Session::open(root.path(), None).expect("it is there");
    let spending = session.spending_before(&plan, |_| None).expect("readable");
    let node = plan.dag.nodes().next().expect("one task");
    let most = Reserve::of(plan.dag.payload(node), &options, |_| None).expect("a model is asked");
    assert!(most.nano_usd.is_some_and(|nano| nano > 0));
    assert_eq!(Some(spending.nano_usd), most.nano_usd);
    assert_eq!((spending.calls, spending.tokens), (1, most.tokens()));
}
