/// Digits are this wide at most: one place to write to for each of their values still fits into a
/// processor's nearest caches.
const WIDEST: u32 = 11;

/// Sorts by a key of at most `most`, keeping the order of equal keys: a radix sort from the least
/// digit on (Knuth, TAOCP 3, 5.2.5). O(n) for each 11 bits of `most`, in memory order, where
/// sorting by comparisons or scattering to one place for each key would jump about.
pub(crate) fn sort_by_key<T: Copy>(items: &mut Vec<T>, most: u64, key: impl Fn(&T) -> u64) {
    let bits = u64::BITS - most.leading_zeros();
    if bits == 0 || items.is_sorted_by_key(&key) {
        return;
    }
    let width = bits.div_ceil(bits.div_ceil(WIDEST));
    let mask = (1_usize << width) - 1;
    let mut sorted = items.clone();
    for shift in (0..bits).step_by(width as usize) {
        let digit = |item: &T| (key(item) >> shift) as usize & mask;
        let mut places = vec![0_usize; mask + 1];
        for item in items.iter() {
            places[digit(item)] += 1;
        }
        let mut start = 0;
        for place in &mut places {
            start += std::mem::replace(place, start);
        }
        for item in items.iter() {
            let place = &mut places[digit(item)];
            sorted[*place] = *item;
            *place += 1;
        }
        std::mem::swap(items, &mut sorted);
    }
}
