//! The numbers of rows by the hashes of these: one hash table while there are few, then many that grow one by one, so that no row waits for
//! all others to be put in other places, and the memory for it is not needed twice over.

use hashbrown::HashTable;
use hashbrown::hash_table::Entry;

use super::rows::row_number;

/// So many rows are put in other places in some milliseconds.
const MANY: usize = 1 << 18;

/// A power of two.
const PARTS: usize = 64;

#[derive(Clone, Debug)]
pub(super) struct Hashes {
    /// One, or [`PARTS`].
    parts: Vec<HashTable<u32>>,
    len: usize,
    /// How many there may be before it is asked again whether there is a better way to note them.
    room: usize,
}

impl Default for Hashes {
    fn default() -> Self {
        Self { parts: vec![HashTable::new()], len: 0, room: 0 }
    }
}

impl Hashes {
    /// With room for so many.
    pub(super) fn for_rows(len: usize) -> Self {
        if len <= MANY {
            let part = HashTable::with_capacity(len + 1);
            return Self { room: part.capacity(), parts: vec![part], len: 0 };
        }
        // A little more than the mean, since not all parts get the same.
        let own = len / PARTS;
        let parts = (0..PARTS).map(|_| HashTable::with_capacity(own + 4 * own.isqrt())).collect();
        Self { parts, len: 0, room: len.next_power_of_two() }
    }

    /// Whether more memory is about to be taken for one more.
    #[inline]
    pub(super) fn is_full(&self) -> bool {
        self.len == self.room
    }

    #[inline]
    fn part(&self, hash: u64) -> usize {
        // A table looks at the lowest and at the highest bits itself.
        (hash >> 48) as usize & (self.parts.len() - 1)
    }

    #[inline]
    pub(super) fn find(&self, hash: u64, is_it: impl Fn(usize) -> bool) -> Option<usize> {
        self.parts[self.part(hash)].find(hash, |&number| is_it(number as usize)).map(|&number| number as usize)
    }

    /// Adds a number, unless one is there for which `is_it`; tells whether it was added.
    #[inline]
    pub(super) fn insert(&mut self, hash: u64, number: usize, is_it: impl Fn(usize) -> bool, hash_of: impl Fn(usize) -> u64) -> bool {
        self.make_room(&hash_of);
        let part = self.part(hash);
        match self.parts[part].entry(hash, |&number| is_it(number as usize), |&number| hash_of(number as usize)) {
            Entry::Occupied(_) => false,
            Entry::Vacant(entry) => {
                entry.insert(row_number(number));
                self.len += 1;
                true
            }
        }
    }

    /// Adds a number for what is not there.
    #[inline]
    pub(super) fn insert_new(&mut self, hash: u64, number: usize, hash_of: impl Fn(usize) -> u64) {
        self.make_room(&hash_of);
        let part = self.part(hash);
        self.parts[part].insert_unique(hash, row_number(number), |&number| hash_of(number as usize));
        self.len += 1;
    }

    pub(super) fn remove(&mut self, hash: u64, number: usize) {
        let part = self.part(hash);
        if let Ok(entry) = self.parts[part].find_entry(hash, |&other| other as usize == number) {
            entry.remove();
            self.len -= 1;
        }
    }

    #[inline]
    fn make_room(&mut self, hash_of: &impl Fn(usize) -> u64) {
        if self.is_full() {
            self.grow(hash_of);
        }
    }

    #[cold]
    fn grow(&mut self, hash_of: &impl Fn(usize) -> u64) {
        self.room = (self.room * 2).max(4);
        if self.parts.len() > 1 {
            return;
        }
        if self.len < MANY {
            self.parts[0].reserve(self.room - self.len, |&number| hash_of(number as usize));
            self.room = self.parts[0].capacity();
            return;
        }
        let mut grown = Self::for_rows(self.len);
        for &number in &self.parts[0] {
            let hash = hash_of(number as usize);
            let part = grown.part(hash);
            grown.parts[part].insert_unique(hash, number, |&number| hash_of(number as usize));
        }
        self.parts = grown.parts;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::rows::hash;

    fn hash_of(number: usize) -> u64 {
        hash([row_number(number), 7].into_iter())
    }

    #[test]
    fn few_and_many_are_found() {
        for len in [0, 1, 1_000, MANY - 1, MANY, MANY + 1, 3 * MANY] {
            let mut one_by_one = Hashes::default();
            assert!((0..len).all(|number| one_by_one.insert(hash_of(number), number, |other| other == number, hash_of)));
            let mut at_once = Hashes::for_rows(len);
            (0..len).for_each(|number| at_once.insert_new(hash_of(number), number, hash_of));
            for hashes in [&mut one_by_one, &mut at_once] {
                assert_eq!(hashes.len, len);
                assert_eq!(hashes.find(hash_of(len), |other| other == len), None);
                for number in (0..len).step_by(997) {
                    assert_eq!(hashes.find(hash_of(number), |other| other == number), Some(number));
                    assert!(!hashes.insert(hash_of(number), len, |other| other == number, hash_of));
                    hashes.remove(hash_of(number), number);
                    assert_eq!(hashes.find(hash_of(number), |other| other == number), None);
                }
            }
        }
    }

    /// Nobody waits for more than a part of the rows when one is added.
    #[test]
    fn many_are_not_moved_at_once() {
        let mut hashes = Hashes::default();
        let moved = std::cell::Cell::new(0);
        let counted = |number: usize| {
            moved.set(moved.get() + 1);
            hash_of(number)
        };
        let mut most = 0;
        for number in 0..8 * MANY {
            moved.set(0);
            hashes.insert_new(hash_of(number), number, counted);
            most = most.max(moved.get());
        }
        assert!(most < 2 * MANY, "{most}");
    }
}
