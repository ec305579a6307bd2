//! Asking for an answer, and what becomes of one that is refused.

use std::fs::OpenOptions;
use std::io::Write;
use std::path::Path;
use std::sync::Arc;

use tokio::time::{Instant, timeout};
use wavecrew_dag::Money;
use wavecrew_exec::Context;
use wavecrew_providers::{Cost, ErrorKind, Provider, ProviderError, Request, Response};
use wavecrew_sandbox::Digest;
use wavecrew_validate::Report;
use wavecrew_worker_spec::Task;

use super::brief::brief;
use super::charges::Noting;
use super::directive::instruct;
use super::error::{CrewError, is_out_of_budget};
use super::output::TaskOutput;
use super::paths::file_name;
use super::prompt;
use super::seen::Seen;
use super::silence::rests;
use super::worker::CrewWorker;
use crate::graph::owned_paths;
use crate::provider_chain::{Bill, Charge, NO_FILE, TaskNote, noted, with_files};

/// How the name of the step begins by which an answer is journaled.
pub(crate) const ANSWER: &str = "answer ";

/// What a task is, as a digest: equal as long as nothing that is told, checked or written differs.
/// Where it stands in its document is not part of it.
pub fn fingerprint(task: &Task) -> String {
    let request = question(task);
    let told = serde_json::to_vec(&request).expect("text and lists always serialise");
    Digest::of(&told).to_string()
}

/// What is asked about a task in a tree in which none of its files is there yet.
pub(crate) fn question(task: &Task) -> Request {
    let files: Vec<(String, Option<String>)> = owned_paths(task)
        .map(|path| (path.to_owned(), None))
        .collect();
    prompt::request(task, &files, None).with_brief(&brief(task, &files))
}

/// An answer, and by which key the journal has it.
pub(super) struct Answered {
    pub(super) response: Response,
    key: String,
}

impl CrewWorker {
    /// Asks the provider; the answer is journaled before anything else is done with it.
    pub(super) async fn ask(
        &self,
        task: &Task,
        cx: &Context<'_, TaskOutput>,
        existing: &[(String, Option<String>)],
        seen: &Seen,
    ) -> Result<Answered, CrewError> {
        let provider = self.provider_for(cx)?;
        let last = self.last_answer(cx).await;
        let request = |seen| {
            let request = prompt::request(task, existing, seen).with_brief(&brief(task, existing));
            let mut request = instruct(request, cx, existing, last.as_ref());
            request.model = self.options.model.clone().or_else(|| task.model.clone());
            request
        };
        // An answer is paid for once; it is for this request alone, so the key holds what was asked. What lies around the
        // task, and how it is asked, is no part of the question: other tasks write there meanwhile.
        let asked = serde_json::to_vec(&request(None))
            .map_err(|error| CrewError::fatal("write the request", &error))?;
        let key = format!("{ANSWER}{} to {}", cx.attempt(), Digest::of(&asked));
        let note = TaskNote::new(task, self.options.model.as_deref());
        let mut request = with_files(noted(request(Some(seen)), &note), existing, seen.texts());
        let answer = cx.memo(&key, async {
            let end = Instant::now() + self.options.answer_timeout;
            request.limits = request.limits.deadline(end);
            let _asking = self.silence.begin();
            let call = self.options.meter.begin();
            let spending = Spending::open(cx, call.bill());
            let mut noting = Noting::open(cx, call.bill());
            let asked = noting.during(call.during(provider.complete(&request)));
            let Ok(answer) = timeout(self.options.answer_timeout, asked).await else {
                return Err(CrewError::late(
                    self.options.answer_timeout,
                    provider.name(),
                ));
            };
            let charged = call.settle(&answer);
            spending.settle(&answer, &charged);
            match &answer {
                Err(error) if is_out_of_budget(error) => noting.end_for_good(),
                answer => noting.end(answer.as_ref().ok()),
            }
            self.silence.note(&answer);
            if answer.is_ok() {
                seen.note(cx);
            }
            for why in answer.iter().flat_map(|answer| &answer.passed_over) {
                cx.progress(format!("passed over {why}"));
            }
            answer.map_err(|error| match error.kind() {
                ErrorKind::Configuration if error.message() == NO_FILE => {
                    CrewError::permanent(format!("{}: {NO_FILE}", task.location))
                }
                _ if rests(&error) => {
                    let lasted = self.silence.is_too_long(self.options.answer_timeout);
                    let error = CrewError::from(error);
                    match lasted {
                        Some(lasted) => error.given_up(lasted),
                        None => error,
                    }
                }
                _ => CrewError::from(error),
            })
        });
        let response = answer.await.map_err(CrewError::from)?;
        Ok(Answered { response, key })
    }

    /// The answer that was refused in the attempt before, from the journal: nobody is asked for it again.
    async fn last_answer(&self, cx: &Context<'_, TaskOutput>) -> Option<Response> {
        let key = cx.previous_detail()?.get("answer")?.as_str()?;
        cx.memo(key, async { Err::<Response, ()>(()) }).await.ok()
    }

    /// Whom this attempt asks: those of the run, or the one that the policy has the task switched to.
    fn provider_for(&self, cx: &Context<'_, TaskOutput>) -> Result<&Arc<dyn Provider>, CrewError> {
        let Some(name) = cx.provider() else {
            return Ok(&self.provider);
        };
        self.options.others.get(name).ok_or_else(|| {
            CrewError::permanent(format!(
                "the policy switches to `{name}`, which is not set up in this run"
            ))
        })
    }

    /// Keeps the refused answer where a person can read it, and says why it was refused.
    pub(super) fn refuse(
        &self,
        task: &Task,
        cx: &Context<'_, TaskOutput>,
        answer: &Answered,
        label: &'static str,
        report: Report,
    ) -> CrewError {
        let response = &answer.response;
        if let Some(folder) = &self.options.refused_folder {
            let name = format!("{}.{}", file_name(&task.id), cx.attempt());
            if let Err(error) = keep(folder, &name, &response.text) {
                return CrewError::fatal("keep the refused answer", &error);
            }
        }
        let refused = match response.degraded {
            true => CrewError::refused_for_good(&response.provider, label, report),
            false => CrewError::refused(&response.provider, label, report),
        };
        refused.answered(&answer.key)
    }
}

/// What is paid for an attempt, told to the run.
struct Spending<'a, 'c> {
    cx: Option<&'a Context<'c, TaskOutput>>,
    bill: Bill,
}

impl<'a, 'c> Spending<'a, 'c> {
    fn open(cx: &'a Context<'c, TaskOutput>, bill: Bill) -> Self {
        Self { cx: Some(cx), bill }
    }

    fn settle(mut self, answer: &Result<Response, ProviderError>, charged: &[Charge]) {
        let Some(cx) = self.cx.take() else { return };
        spend_all(cx, charged);
        if !charged.is_empty() {
            return;
        }
        match answer {
            Ok(response) => spend(cx, response.attempts, response.cost),
            Err(error) if error.kind().may_have_cost() => {
                let partial = error.partial().and_then(|partial| partial.cost);
                spend(cx, error.attempts(), partial);
            }
            Err(_) => {}
        }
    }
}

fn spend_all(cx: &Context<'_, TaskOutput>, charged: &[Charge]) {
    for charge in charged {
        spend(cx, charge.calls, charge.nano_usd.map(Cost::from_nano_usd));
    }
}

fn spend(cx: &Context<'_, TaskOutput>, calls: u32, cost: Option<Cost>) {
    match cost {
        Some(cost) if cost > Cost::ZERO => cx.spend(picos(cost)),
        Some(_) => {}
        None if calls > 0 => cx.spend_unknown(),
        None => {}
    }
}

/// A call that is dropped may be paid for all the same.
impl Drop for Spending<'_, '_> {
    fn drop(&mut self) {
        let Some(cx) = self.cx else { return };
        match self.bill.is_kept() {
            true => spend_all(cx, &self.bill.charges()),
            false => cx.spend_unknown(),
        }
    }
}

fn picos(cost: Cost) -> Money {
    Money::from_picos(u128::from(cost.nano_usd()) * 1000)
}

/// Writes a text for a person to read, beside those of earlier sessions under the same name.
fn keep(folder: &Path, name: &str, text: &str) -> std::io::Result<()> {
    std::fs::create_dir_all(folder)?;
    for number in 1_u32.. {
        let name = match number {
            1 => format!("{name}.txt"),
            more => format!("{name}.{more}.txt"),
        };
        let file = OpenOptions::new()
            .write(true)
            .create_new(true)
            .open(folder.join(name));
        match file {
            Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => {}
            file => return file?.write_all(text.as_bytes()),
        }
    }
    Ok(())
}
