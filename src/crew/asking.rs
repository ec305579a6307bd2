//! Asking for an answer, and what becomes of one that is refused.

use tokio::time::timeout;
use wavecrew_exec::Context;
use wavecrew_providers::Response;
use wavecrew_sandbox::Digest;
use wavecrew_validate::Report;
use wavecrew_worker_spec::Task;

use super::brief::brief;
use super::error::CrewError;
use super::output::TaskOutput;
use super::paths::file_name;
use super::prompt;
use super::worker::CrewWorker;
use crate::graph::owned_paths;

/// How the name of the step begins by which an answer is journaled.
pub(crate) const ANSWER: &str = "answer ";

/// What a task is, as a digest: equal as long as nothing that is told, checked or written differs.
/// Where it stands in its document is not part of it.
pub fn fingerprint(task: &Task) -> String {
    let files: Vec<(String, Option<String>)> = owned_paths(task)
        .map(|path| (path.to_owned(), None))
        .collect();
    let request = prompt::request(task, &files, None).with_brief(&brief(task, &files));
    let told = serde_json::to_vec(&request).expect("text and lists always serialise");
    Digest::of(&told).to_string()
}

impl CrewWorker {
    /// Asks the provider; the answer is journaled before anything else is done with it.
    pub(super) async fn ask(
        &self,
        task: &Task,
        cx: &Context<'_, TaskOutput>,
        existing: &[(String, Option<String>)],
    ) -> Result<Response, CrewError> {
        let mut request = prompt::request(task, existing, cx.previous_failure())
            .with_brief(&brief(task, existing));
        request.model = self.options.model.clone().or_else(|| task.model.clone());
        // An answer is paid for once; it is for this request alone, so the key holds what was asked.
        let asked = serde_json::to_vec(&request)
            .map_err(|error| CrewError::fatal("write the request", &error))?;
        let key = format!("{ANSWER}{} to {}", cx.attempt(), Digest::of(&asked));
        cx.memo(&key, async {
            let call = self.options.meter.begin();
            let asked = self.provider.complete(&request);
            let Ok(answer) = timeout(self.options.answer_timeout, asked).await else {
                return Err(CrewError::late(
                    self.options.answer_timeout,
                    self.provider.name(),
                ));
            };
            call.settle(&answer);
            answer.map_err(CrewError::from)
        })
        .await
        .map_err(CrewError::from)
    }

    /// Keeps the refused answer where a person can read it, and says why it was refused.
    pub(super) fn refuse(
        &self,
        task: &Task,
        cx: &Context<'_, TaskOutput>,
        response: &Response,
        report: Report,
    ) -> CrewError {
        if let Some(folder) = &self.options.refused_folder {
            let name = format!("{}.{}.txt", file_name(&task.id), cx.attempt());
            let kept = std::fs::create_dir_all(folder)
                .and_then(|()| std::fs::write(folder.join(name), &response.text));
            if let Err(error) = kept {
                return CrewError::fatal("keep the refused answer", &error);
            }
        }
        if response.degraded {
            CrewError::refused_for_good(&response.provider, report)
        } else {
            CrewError::refused(&response.provider, report)
        }
    }
}
