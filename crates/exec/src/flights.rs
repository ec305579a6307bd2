//! Attempts in flight.
//!
//! An attempt is polled once where it starts, in a box that is used again if that was all it took; only
//! an attempt that has to wait is handed to the set that polls whatever wakes. So what never waits costs
//! no allocation.

use std::collections::HashSet;
use std::pin::Pin;
use std::task::{Context, Poll, Waker};

use futures::stream::{FuturesUnordered, StreamExt};
use wavecrew_dag::NodeId;

use crate::Failure;
use crate::attempt::{Ended, Finished, poll_caught};

/// Attempts that have started and not ended.
pub(crate) struct Flights<A> {
    waiting: FuturesUnordered<Flight<A>>,
    /// How many of those have not been stopped.
    live: usize,
    /// Boxes of attempts that are over.
    spare: Vec<Pin<Box<A>>>,
}

impl<A, O, E> Flights<A>
where
    A: Future<Output = Ended<O, E>>,
    E: Failure,
{
    pub(crate) fn new() -> Self {
        Self {
            waiting: FuturesUnordered::new(),
            live: 0,
            spare: Vec::new(),
        }
    }

    /// Begins an attempt; gives its result if it did not have to wait.
    #[inline]
    pub(crate) fn start(
        &mut self,
        node: NodeId,
        attempt: A,
        cx: &mut Context<'_>,
    ) -> Option<Finished<O, E>> {
        let mut attempt = match self.spare.pop() {
            Some(mut spare) => {
                spare.set(attempt);
                spare
            }
            None => Box::pin(attempt),
        };
        match poll_caught(attempt.as_mut(), cx) {
            Poll::Ready(ended) => {
                self.spare.push(attempt);
                Some(Finished { node, ended })
            }
            Poll::Pending => {
                self.live += 1;
                self.waiting.push(Flight {
                    node,
                    attempt: Some(attempt),
                    waker: None,
                });
                None
            }
        }
    }

    /// The next result of those that had to wait.
    pub(crate) fn poll_next(&mut self, cx: &mut Context<'_>) -> Poll<Option<Finished<O, E>>> {
        loop {
            match self.waiting.poll_next_unpin(cx) {
                Poll::Ready(Some(Some((finished, spare)))) => {
                    self.live -= 1;
                    self.spare.push(spare);
                    return Poll::Ready(Some(finished));
                }
                // One that was stopped.
                Poll::Ready(Some(None)) => {}
                Poll::Ready(None) => return Poll::Ready(None),
                Poll::Pending => return Poll::Pending,
            }
        }
    }

    /// Drops the attempts at these tasks. O(attempts in flight).
    pub(crate) fn stop(&mut self, nodes: &HashSet<NodeId>) {
        for flight in Pin::new(&mut self.waiting).iter_pin_mut() {
            let flight = flight.get_mut();
            if flight.attempt.is_some() && nodes.contains(&flight.node) {
                flight.attempt = None;
                self.live -= 1;
                if let Some(waker) = flight.waker.take() {
                    waker.wake();
                }
            }
        }
    }

    /// Drops all attempts.
    pub(crate) fn clear(&mut self) {
        self.waiting.clear();
        self.live = 0;
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.live == 0
    }
}

/// An attempt that has to wait.
struct Flight<A> {
    node: NodeId,
    /// `None` once it was stopped.
    attempt: Option<Pin<Box<A>>>,
    /// Wakes the set, so that a flight that was stopped leaves it.
    waker: Option<Waker>,
}

impl<A, O, E> Future for Flight<A>
where
    A: Future<Output = Ended<O, E>>,
    E: Failure,
{
    /// The result and the box, unless it was stopped.
    type Output = Option<(Finished<O, E>, Pin<Box<A>>)>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let node = self.node;
        let Some(attempt) = &mut self.attempt else {
            return Poll::Ready(None);
        };
        match poll_caught(attempt.as_mut(), cx) {
            Poll::Ready(ended) => {
                let finished = Finished { node, ended };
                Poll::Ready(self.attempt.take().map(|spare| (finished, spare)))
            }
            Poll::Pending => {
                if !self
                    .waker
                    .as_ref()
                    .is_some_and(|own| own.will_wake(cx.waker()))
                {
                    self.waker = Some(cx.waker().clone());
                }
                Poll::Pending
            }
        }
    }
}
