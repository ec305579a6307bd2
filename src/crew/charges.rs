//! What calls came to, on record beside the answers: a budget holds for all sessions of a run.

use std::future::poll_fn;
use std::pin::pin;

use serde::{Deserialize, Serialize};
use serde_json::json;
use uuid::Uuid;
use wavecrew_exec::Context;
use wavecrew_providers::Response;

use super::output::TaskOutput;
use crate::provider_chain::{Bill, Charge};

/// How the name of the step begins by which charges are journaled.
pub(crate) const CHARGES: &str = "charges ";

/// What calls of one request came to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Charges {
    /// Whether an answer follows, whose call is here or before.
    pub(crate) answered: bool,
    /// Those that were not on record.
    pub(crate) calls: Vec<Charge>,
    /// Whether nothing is under way any more, although no answer follows.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub(crate) ended: bool,
}

/// Records what the calls of one request come to: each as soon as it has ended, and what is left when the request is dropped.
pub(super) struct Noting<'a, 'c> {
    cx: &'a Context<'c, TaskOutput>,
    bill: Bill,
    /// So many charges of the bill are on record.
    noted: usize,
    is_over: bool,
}

impl<'a, 'c> Noting<'a, 'c> {
    pub(super) fn open(cx: &'a Context<'c, TaskOutput>, bill: Bill) -> Self {
        Self {
            cx,
            bill,
            noted: 0,
            is_over: false,
        }
    }

    /// Waits for what is asked. Whenever that has to wait, the calls before are noted.
    pub(super) async fn during<T>(&mut self, asked: impl Future<Output = T>) -> T {
        let mut asked = pin!(asked);
        poll_fn(|cx| {
            let polled = asked.as_mut().poll(cx);
            if polled.is_pending() {
                self.note(false);
            }
            polled
        })
        .await
    }

    /// Notes the calls that are left, and that nobody is asked any more: the attempt is left as it is, and would otherwise look
    /// as if a call had been under way.
    pub(super) fn end_for_good(mut self) {
        self.leave();
    }

    /// Notes the calls that are left, unless the answer says all of them: that is journaled anyway.
    pub(super) fn end(mut self, answer: Option<&Response>) {
        let rest = self.bill.since(self.noted);
        let is_told = answer.is_some_and(|answer| match rest.as_slice() {
            [one] => !one.estimated && one.calls == answer.attempts,
            // Whoever asks without a bill.
            [] => self.noted == 0,
            _ => false,
        });
        match is_told {
            true => self.noted += rest.len(),
            false => self.note(answer.is_some()),
        }
        self.is_over = true;
    }

    fn note(&mut self, answered: bool) {
        let calls = self.bill.since(self.noted);
        if calls.is_empty() && !answered {
            return;
        }
        self.noted += calls.len();
        self.write(Charges {
            answered,
            calls,
            ended: false,
        });
    }

    /// Notes what is left, and that this is all.
    fn leave(&mut self) {
        let calls = self.bill.since(self.noted);
        self.noted += calls.len();
        self.is_over = true;
        self.write(Charges {
            answered: false,
            calls,
            ended: true,
        });
    }

    fn write(&self, charges: Charges) {
        // No other step is called so, in whatever session: what is paid twice counts twice.
        let key = format!("{CHARGES}{} {}", self.cx.attempt(), Uuid::now_v7());
        self.cx.note(&key, json!(charges));
    }
}

impl Drop for Noting<'_, '_> {
    fn drop(&mut self) {
        match self.bill.is_kept() && !self.is_over {
            true => self.leave(),
            false => self.note(false),
        }
    }
}
