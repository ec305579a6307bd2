//! Whatever threads share is made of these and of nothing else: those of the standard library and of tokio, or
//! in the unit tests of this crate such that tell loom of every touch ([`told`]). The unit tests are models
//! (`model/`): each is run once for every order in which threads may take their steps.

#[cfg(not(test))]
pub(crate) use std::sync::atomic::{AtomicBool, AtomicUsize};
#[cfg(not(test))]
pub(crate) use std::sync::{Mutex, MutexGuard, OnceLock, RwLock};

#[cfg(not(test))]
pub(crate) use tokio::sync::{Notify, oneshot};
#[cfg(not(test))]
pub(crate) use tokio_util::sync::CancellationToken;

#[cfg(test)]
mod told;

#[cfg(test)]
pub(crate) use loom::sync::atomic::{AtomicBool, AtomicUsize};
#[cfg(test)]
pub(crate) use loom::sync::{Mutex, MutexGuard, RwLock};
#[cfg(test)]
pub(crate) use told::{CancellationToken, Notify, OnceLock, oneshot};
