/// Digits are this wide at most: one place to write to for each of their values still fits into a
/// processor's nearest caches.
const WIDEST: u32 = 11;

/// Sorts by a key of at most `most`, keeping the order of equal keys: a radix sort from the least
/// digit on (Knuth, TAOCP 3, 5.2.5). O(n) for each 11 bits of `most`, in memory order, where
/// sorting by comparisons or scattering to one place for each key would jump about.
pub(crate) fn sort_by_key<T: Copy>(items: &mut [T], most: u64, key: impl Fn(&T) -> u64) {
    let bits = u64::BITS - most.leading_zeros();
    if bits == 0 || items.is_sorted_by_key(&key) {
        return;
    }
    let digits = bits.div_ceil(WIDEST);
    let width = bits.div_ceil(digits);
    let mut other = items.to_vec();
    let mut sorted_is_other = false;
    for shift in (0..bits).step_by(width as usize) {
        let digit = |item: &T| (key(item) >> shift) as usize & ((1 << width) - 1);
        if sorted_is_other {
            pass(&other, items, 1 << width, digit);
        } else {
            pass(items, &mut other, 1 << width, digit);
        }
        sorted_is_other = !sorted_is_other;
    }
    if sorted_is_other {
        items.copy_from_slice(&other);
    }
}

/// Sorts by one digit, from one place to another.
fn pass<T: Copy>(from: &[T], to: &mut [T], digits: usize, digit: impl Fn(&T) -> usize) {
    let mut places = vec![0_usize; digits];
    for item in from {
        places[digit(item)] += 1;
    }
    let mut start = 0;
    for place in &mut places {
        start += std::mem::replace(place, start);
    }
    for item in from {
        let place = &mut places[digit(item)];
        to[*place] = *item;
        *place += 1;
    }
}
