//! Many rows at once → the different ones among them, in their order. The rows are first divided by their hashes, so that each part is
//! compared within a small table that stays in the nearest caches.

use super::Interrupt;
use super::rows::{PATIENCE, hash_of, is_same};
use crate::discard::discard;

/// About so many rows make a part.
const PART: usize = 1 << 13;

/// A place in the table of a part that no row has.
const FREE: u32 = u32::MAX;

/// Takes out all rows but the first of those that are the same; gives how many are left, or nothing after an interrupt.
pub(super) fn distinct(data: &mut Vec<u32>, width: usize, interrupt: &Interrupt) -> Option<usize> {
    let parts = divided(data, width, interrupt)?;
    let bits = parts.len().trailing_zeros();
    let mut repeated = Vec::new();
    let mut places = Vec::new();
    let mut parts = parts.into_iter();
    while let Some(part) = parts.next() {
        if interrupt.is_raised() {
            discard(parts);
            return None;
        }
        places.clear();
        places.resize((part.len() * 2).next_power_of_two(), FREE);
        for (number, hashed) in (0..).zip(&part) {
            let row = |hashed: &Hashed| &data[hashed.row as usize * width..][..width];
            let mut place = (hashed.hash >> bits) as usize & (places.len() - 1);
            loop {
                let Some(known) = part.get(places[place] as usize) else {
                    places[place] = number;
                    break;
                };
                if known.hash == hashed.hash && is_same(row(known), row(hashed)) {
                    repeated.push(hashed.row);
                    break;
                }
                place = (place + 1) & (places.len() - 1);
            }
        }
    }
    repeated.sort_unstable();
    without(data, width, &repeated, interrupt)
}

/// A row by its number, and a part of its hash.
#[derive(Clone, Copy)]
struct Hashed {
    hash: u32,
    row: u32,
}

/// The rows in parts by the lowest bits of their hashes, those of a part in their order.
fn divided(data: &[u32], width: usize, interrupt: &Interrupt) -> Option<Vec<Vec<Hashed>>> {
    let count = data.len() / width;
    let parts = (count / PART + 1).next_power_of_two();
    let capacity = if parts == 1 { count } else { count / parts * 9 / 8 };
    let mut divided = (0..parts).map(|_| Vec::with_capacity(capacity)).collect::<Vec<_>>();
    for (rows, number) in data.chunks(PATIENCE * width).zip((0..).step_by(PATIENCE)) {
        if interrupt.is_raised() {
            discard(divided);
            return None;
        }
        for (row, number) in rows.chunks_exact(width).zip(number..) {
            #[expect(clippy::cast_possible_truncation, reason = "of a hash any part will do")]
            let hash = hash_of(row) as u32;
            divided[hash as usize & (parts - 1)].push(Hashed { hash, row: number });
        }
    }
    Some(divided)
}

/// Takes rows out, given by their numbers in ascending order; gives how many are left.
fn without(data: &mut Vec<u32>, width: usize, rows: &[u32], interrupt: &Interrupt) -> Option<usize> {
    let count = data.len() / width;
    let mut kept = rows.first().map_or(count, |row| *row as usize);
    for (number, row) in rows.iter().enumerate() {
        if number.is_multiple_of(PATIENCE) && interrupt.is_raised() {
            return None;
        }
        let next = rows.get(number + 1).map_or(count, |next| *next as usize);
        let start = *row as usize + 1;
        data.copy_within(start * width..next * width, kept * width);
        kept += next - start;
    }
    data.truncate(kept * width);
    Some(kept)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_of_each_row_stays_in_its_place() {
        // Knuth's MMIX generator: the same rows in every run.
        let mut random = 1_u64;
        let mut value = |bound: u64| {
            random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            u32::try_from((random >> 33) % bound).unwrap()
        };
        for (count, bound) in [(0, 1), (1, 1), (1_000, 1), (1_000, 10), (100_000, 60), (100_000, 1_000_000)] {
            let rows = (0..count).map(|_| [value(bound), 7, value(bound)]).collect::<Vec<_>>();
            let mut seen = std::collections::BTreeSet::new();
            let expected = rows.iter().filter(|row| seen.insert(**row)).flatten().copied().collect::<Vec<_>>();
            let mut data = rows.concat();
            assert_eq!(distinct(&mut data, 3, &Interrupt::default()), Some(seen.len()));
            assert_eq!(data, expected);
        }
    }

    #[test]
    fn an_interrupt_ends_it() {
        let interrupt = Interrupt::default();
        interrupt.raise();
        assert_eq!(distinct(&mut vec![1, 2, 3], 1, &interrupt), None);
    }
}
