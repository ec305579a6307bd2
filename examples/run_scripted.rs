//! Runs one worker spec with scripted answers: the first is a guide and is refused, the second is work.

#![expect(clippy::print_stdout, reason = "an example shows what it does")]

use std::sync::Arc;

use wavecrew::exec::Control;
use wavecrew::providers::Scripted;
use wavecrew::worker_spec::{Document, read};
use wavecrew::{GraphOptions, RunOptions, Session, graph};

const SPEC: &str = "\
# WORKER_001: Greet

## 1. DELIVERABLES

- [ ] Create file: `greet.sh`

## 2. SUCCESS_CRITERIA

- [ ] `greet.sh` starts with `#!/bin/sh`
- [ ] All tests pass

## 6. TEST_PROCESS

```sh
test \"$(sh greet.sh Ada)\" = 'Hello, Ada'
```
";

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let plan = read(&[Document::new("WORKER_001.md", SPEC)]).value;
    let graph = graph(&plan, GraphOptions::default()).map_err(|cycles| cycles[0].to_string())?;
    let guide = "Step 1: create greet.sh. Step 2: add an echo. You can now run it!";
    let work = "```sh greet.sh\n#!/bin/sh\necho \"Hello, $1\"\n```\n";
    let provider = Arc::new(Scripted::new("script", [Ok(guide), Ok(work)]));

    let folder = tempfile::tempdir()?;
    let mut session = Session::create(folder.path(), None, &graph, RunOptions::default())?;
    let report = session
        .run(&graph, provider, Control::new(), |event| {
            println!("{:?}", event.kind)
        })
        .await?;
    for task in &report.tasks {
        println!(
            "{}: {:?}, {} ({} calls)",
            task.id, task.end, task.reason, report.calls
        );
    }
    Ok(())
}
