use std::fmt;
use std::marker::PhantomData;

use wavecrew_dag::NodeId;

use crate::{Context, Failure, Split};

/// What runs a task.
///
/// # Contract
///
/// - [`run`](Self::run) is called once per attempt (and again after a pause), for several tasks at
///   once, and never twice at once for one task.
/// - The future is polled in place, among all others of the run and on their thread: work that
///   takes long without waiting belongs on threads of its own.
/// - The future may be dropped at any point where it waits: by a timeout, or because the run was
///   cancelled or dropped. What must be undone then is undone by dropping it.
/// - A panic fails the attempt and nothing else.
///
/// Implementors write a plain `async fn run`. Small workers are closures: [`worker_fn`].
pub trait Worker<T>: Send + Sync {
    /// What a task delivers; those that depend on it see it ([`Context::upstream`]).
    type Output: Send + Sync;
    /// Why an attempt failed.
    type Error: Failure + Send;

    /// Makes one attempt at the task.
    fn run(
        &self,
        task: &T,
        cx: Context<'_, Self::Output>,
    ) -> impl Future<Output = Result<Self::Output, Self::Error>> + Send;

    /// Makes sure, before an attempt, that what the tasks before it delivered is still there: files with
    /// their digests, say. An error is the attempt's. Nothing is looked at unless implemented.
    fn verify(
        &self,
        task: &T,
        cx: &Context<'_, Self::Output>,
    ) -> impl Future<Output = Result<(), Self::Error>> + Send {
        let _ = (task, cx);
        std::future::ready(Ok(()))
    }

    /// Undoes what the task did: its failed attempt, if the policy wants that before anything else is
    /// done about the failure, or its success, if its stage of a rollout failed. There is nothing to
    /// undo unless implemented. Called once for each; never while the task runs.
    ///
    /// # Errors
    ///
    /// Why it cannot be undone. A failed task is not tried again then.
    fn roll_back(&self, task: &T, node: NodeId) -> impl Future<Output = Result<(), String>> + Send {
        let _ = (task, node);
        std::future::ready(Ok(()))
    }

    /// Who makes smaller tasks of one, if the policy wants that. Nobody unless implemented.
    fn splitter(&self) -> Option<&dyn Split<T>> {
        None
    }

    /// A short name for the output, carried by the event that tells of it: a digest or a verdict,
    /// say. Nothing unless implemented.
    fn label(&self, output: &Self::Output) -> String {
        let _ = output;
        String::new()
    }
}

/// Makes a [`Worker`] of an async function or closure.
///
/// A closure states its parameters in full, and borrows what it uses from around it rather than
/// owning it (no `move`); its tasks and outputs borrow nothing. Where that is too narrow, write a
/// type that implements [`Worker`].
///
/// ```
/// use wavecrew_exec::{Context, worker_fn};
/// use std::convert::Infallible;
///
/// let doubling = worker_fn(async |task: &u32, _: Context<'_, u32>| Ok::<_, Infallible>(task * 2));
/// # fn is_worker<W: wavecrew_exec::Worker<u32>>(_: W) {}
/// # is_worker(doubling);
/// ```
pub fn worker_fn<T, O, E, F>(run: F) -> WorkerFn<F, O, E>
where
    F: for<'a> WorkFn<'a, T, O, E>,
{
    WorkerFn {
        run,
        result: PhantomData,
    }
}

/// A [`Worker`] made by [`worker_fn`].
pub struct WorkerFn<F, O, E> {
    run: F,
    result: PhantomData<fn() -> (O, E)>,
}

/// The functions that [`worker_fn`] takes; implemented for all of them, and by nothing else.
///
/// `Lives` is what tells the compiler that a bound for all `'a` is meant for those only that task
/// and output outlive; leave it as it is.
pub trait WorkFn<'a, T: 'a, O: 'a, E, Lives = &'a (T, O)>:
    Fn(&'a T, Context<'a, O>) -> Self::Future
{
    /// What the function returns.
    type Future: Future<Output = Result<O, E>> + Send;
}

impl<'a, T: 'a, O: 'a, E, F, R> WorkFn<'a, T, O, E> for F
where
    F: Fn(&'a T, Context<'a, O>) -> R,
    R: Future<Output = Result<O, E>> + Send,
{
    type Future = R;
}

impl<T, O, E, F> Worker<T> for WorkerFn<F, O, E>
where
    T: Sync,
    O: Send + Sync,
    E: Failure + Send,
    F: for<'a> WorkFn<'a, T, O, E> + Send + Sync,
{
    type Output = O;
    type Error = E;

    async fn run(&self, task: &T, cx: Context<'_, O>) -> Result<O, E> {
        (self.run)(task, cx).await
    }
}

impl<F, O, E> fmt::Debug for WorkerFn<F, O, E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("WorkerFn").finish_non_exhaustive()
    }
}

impl<T, W: Worker<T>> Worker<T> for &W {
    type Output = W::Output;
    type Error = W::Error;

    fn run(
        &self,
        task: &T,
        cx: Context<'_, Self::Output>,
    ) -> impl Future<Output = Result<Self::Output, Self::Error>> + Send {
        W::run(self, task, cx)
    }

    fn verify(
        &self,
        task: &T,
        cx: &Context<'_, Self::Output>,
    ) -> impl Future<Output = Result<(), Self::Error>> + Send {
        W::verify(self, task, cx)
    }

    fn roll_back(&self, task: &T, node: NodeId) -> impl Future<Output = Result<(), String>> + Send {
        W::roll_back(self, task, node)
    }

    fn splitter(&self) -> Option<&dyn Split<T>> {
        W::splitter(self)
    }

    fn label(&self, output: &Self::Output) -> String {
        W::label(self, output)
    }
}
