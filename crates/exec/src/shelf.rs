//! A list that grows while what is on it is borrowed.

use std::sync::atomic::Ordering;

use crate::sync::{AtomicUsize, OnceLock};

/// Rows of doubling length, so that nothing that was put down is ever moved.
const ROWS: usize = 32;

/// Keeps what is put on it where it is. One thread puts, any may look.
#[derive(Debug)]
pub(crate) struct Shelf<X> {
    rows: [OnceLock<Box<[OnceLock<X>]>>; ROWS],
    len: AtomicUsize,
}

impl<X> Shelf<X> {
    pub(crate) fn new() -> Self {
        Self {
            rows: std::array::from_fn(|_| OnceLock::new()),
            len: AtomicUsize::new(0),
        }
    }

    /// Puts something at the end.
    ///
    /// # Panics
    ///
    /// If two threads do so at once, or beyond 2³² − 1.
    pub(crate) fn push(&self, item: X) {
        let place = self.len.fetch_add(1, Ordering::AcqRel);
        let (row, column) = spot(place);
        let length = 1 << row;
        let row = self.rows[row].get_or_init(|| (0..length).map(|_| OnceLock::new()).collect());
        assert!(row[column].set(item).is_ok(), "each place is taken once");
    }

    pub(crate) fn get(&self, place: usize) -> Option<&X> {
        let (row, column) = spot(place);
        self.rows.get(row)?.get()?.get(column)?.get()
    }

    pub(crate) fn len(&self) -> usize {
        self.len.load(Ordering::Acquire)
    }

    pub(crate) fn into_iter(self) -> impl Iterator<Item = X> {
        let rows = self.rows.into_iter().filter_map(OnceLock::into_inner);
        rows.flat_map(|row| row.into_vec().into_iter().filter_map(OnceLock::into_inner))
    }
}

/// Row and column of a place: row `r` begins with place `2^r - 1` and has `2^r` of them.
fn spot(place: usize) -> (usize, usize) {
    let row = (place + 1).ilog2() as usize;
    (row, place + 1 - (1 << row))
}
