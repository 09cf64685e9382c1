//! A hash table that grows in parts: one table while there are few entries, then many that grow one after the other, so that nobody who adds
//! an entry waits until all others are in other places, and the memory for that is not needed twice over.
//!
//! Like [`HashTable`], it leaves it to the caller what an entry is, which hash it has and which one is the same.

use hashbrown::HashTable;
use hashbrown::hash_table::{Entry, OccupiedEntry};

/// So many entries are put in other places in some milliseconds.
const MANY: usize = 1 << 17;

const PARTS: usize = 64;

/// By so many bits of a hash it is chosen in which part an entry is.
const BITS: u32 = 12;

#[derive(Clone, Debug)]
pub(crate) struct Parted<T> {
    /// One, or [`PARTS`].
    parts: Vec<HashTable<T>>,
}

impl<T> Default for Parted<T> {
    fn default() -> Self {
        Self { parts: vec![HashTable::new()] }
    }
}

impl<T> Parted<T> {
    /// With room for so many.
    pub(crate) fn with_capacity(len: usize) -> Self {
        if len <= MANY {
            return Self { parts: vec![HashTable::with_capacity(len)] };
        }
        let mut shares = [0; PARTS];
        (0..1 << BITS).for_each(|bits| shares[part(bits)] += 1);
        // A little more than the mean, since the hashes are not spread evenly.
        let room = |share: usize| (len >> BITS) * share + 4 * (len / PARTS).isqrt();
        Self { parts: shares.into_iter().map(|share| HashTable::with_capacity(room(share))).collect() }
    }

    #[inline]
    fn part(&self, hash: u64) -> usize {
        // A table looks at the lowest bits itself, and at the seven highest.
        if self.parts.len() == 1 { 0 } else { part((hash >> (57 - BITS)) & ((1 << BITS) - 1)) }
    }

    #[inline]
    pub(crate) fn find(&self, hash: u64, is_it: impl Fn(&T) -> bool) -> Option<&T> {
        self.parts[self.part(hash)].find(hash, is_it)
    }

    /// The entry for changing it, or taking it out.
    pub(crate) fn find_entry(&mut self, hash: u64, is_it: impl Fn(&T) -> bool) -> Option<OccupiedEntry<'_, T>> {
        let part = self.part(hash);
        self.parts[part].find_entry(hash, is_it).ok()
    }

    /// The entry that is there, or a new one; with it, whether it is new.
    #[inline]
    pub(crate) fn entry(
        &mut self,
        hash: u64,
        is_it: impl Fn(&T) -> bool,
        hash_of: impl Fn(&T) -> u64,
        new: impl FnOnce() -> T,
    ) -> (&mut T, bool) {
        self.divide_if_full(&hash_of);
        let part = self.part(hash);
        match self.parts[part].entry(hash, is_it, hash_of) {
            Entry::Occupied(entry) => (entry.into_mut(), false),
            Entry::Vacant(entry) => (entry.insert(new()).into_mut(), true),
        }
    }

    /// Adds an entry that is not there.
    #[inline]
    pub(crate) fn insert_new(&mut self, hash: u64, entry: T, hash_of: impl Fn(&T) -> u64) {
        self.divide_if_full(&hash_of);
        let part = self.part(hash);
        self.parts[part].insert_unique(hash, entry, hash_of);
    }

    /// All entries, in no order.
    pub(crate) fn iter(&self) -> impl Iterator<Item = &T> {
        self.parts.iter().flatten()
    }

    #[inline]
    fn divide_if_full(&mut self, hash_of: &impl Fn(&T) -> u64) {
        if let [all] = &*self.parts
            && all.len() >= MANY
            && all.len() == all.capacity()
        {
            self.divide(hash_of);
        }
    }

    #[cold]
    fn divide(&mut self, hash_of: &impl Fn(&T) -> u64) {
        let all = self.parts.drain(..).flatten().collect::<Vec<_>>();
        *self = Self::with_capacity(all.len());
        for entry in all {
            let hash = hash_of(&entry);
            let part = self.part(hash);
            self.parts[part].insert_unique(hash, entry, hash_of);
        }
    }
}

/// The part for these bits of a hash. It is the logarithm, nearly: the largest part gets twice as much as the smallest. Parts of one size would all
/// grow at about the same time.
#[inline]
#[expect(clippy::cast_possible_truncation, reason = "it is less than `PARTS`")]
fn part(bits: u64) -> usize {
    // log2(1 + x), which is nearly x (1.3465 - 0.3465 x), in 65,536ths.
    ((bits * (88_245 - ((bits * 22_709) >> BITS))) >> (BITS + 16 - PARTS.trailing_zeros())) as usize
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;
    use std::hash::BuildHasher;

    use rustc_hash::FxBuildHasher;

    use super::*;

    #[expect(clippy::trivially_copy_pass_by_ref, reason = "a table gives its entries so")]
    fn hash_of(number: &u32) -> u64 {
        FxBuildHasher.hash_one(number)
    }

    #[test]
    fn few_and_many_are_found() {
        let many = u32::try_from(MANY).unwrap();
        for len in [0, 1, 1_000, many - 1, many, many + 1, 5 * many] {
            let mut one_by_one = Parted::default();
            assert!((0..len).all(|number| one_by_one.entry(hash_of(&number), |other| *other == number, hash_of, || number).1));
            let mut at_once = Parted::with_capacity(len as usize);
            (0..len).for_each(|number| at_once.insert_new(hash_of(&number), number, hash_of));
            for parted in [&mut one_by_one, &mut at_once] {
                assert_eq!(parted.iter().count(), len as usize);
                assert_eq!(parted.find(hash_of(&len), |other| *other == len), None);
                for number in (0..len).step_by(997) {
                    let is_it = |other: &u32| *other == number;
                    assert_eq!(parted.find(hash_of(&number), is_it), Some(&number));
                    assert_eq!(parted.entry(hash_of(&number), is_it, hash_of, || len), (&mut number.clone(), false));
                    parted.find_entry(hash_of(&number), is_it).unwrap().remove();
                    assert_eq!(parted.find(hash_of(&number), is_it), None);
                }
            }
        }
    }

    #[test]
    fn parts_are_used_to_different_degrees() {
        let mut shares = [0_usize; PARTS];
        (0..1 << BITS).for_each(|bits| shares[part(bits)] += 1);
        let (least, most) = (shares.iter().min().unwrap(), shares.iter().max().unwrap());
        assert!(least * 3 / 2 < *most && least * 3 > *most, "{least} to {most}");
    }

    /// Nobody waits for more than a part of the entries when one is added, nor do those who add the next some thousand.
    #[test]
    fn many_are_not_moved_at_once() {
        let mut parted = Parted::default();
        let moved = Cell::new(0);
        let counted = |number: &u32| {
            moved.set(moved.get() + 1);
            hash_of(number)
        };
        let (mut most, mut most_later) = (0, 0);
        let some = 1 << 14;
        for start in (0..u32::try_from(16 * MANY).unwrap()).step_by(some) {
            moved.set(0);
            (start..).take(some).for_each(|number| parted.insert_new(hash_of(&number), number, counted));
            let most = if parted.iter().count() > 2 * MANY { &mut most_later } else { &mut most };
            *most = moved.get().max(*most);
        }
        assert!(most < 2 * MANY && most_later < MANY, "{most}, later {most_later}");
    }
}
