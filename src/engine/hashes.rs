//! The numbers of rows by the hashes of these.

use super::rows::row_number;
use crate::parted::Parted;

#[derive(Clone, Debug, Default)]
pub(super) struct Hashes {
    numbers: Parted<u32>,
    len: usize,
    /// How many there may be before it is asked again whether there is a better way to note them.
    room: usize,
}

impl Hashes {
    /// With room for so many.
    pub(super) fn for_rows(len: usize) -> Self {
        Self { numbers: Parted::with_capacity(len + 1), len: 0, room: room_for(len) }
    }

    /// Whether more memory is about to be taken for one more, about.
    #[inline]
    pub(super) fn is_full(&self) -> bool {
        self.len == self.room
    }

    #[inline]
    pub(super) fn find(&self, hash: u64, is_it: impl Fn(usize) -> bool) -> Option<usize> {
        self.numbers.find(hash, |&number| is_it(number as usize)).map(|&number| number as usize)
    }

    /// Adds a number, unless one is there for which `is_it`; tells whether it was added.
    #[inline]
    pub(super) fn insert(&mut self, hash: u64, number: usize, is_it: impl Fn(usize) -> bool, hash_of: impl Fn(usize) -> u64) -> bool {
        self.make_room();
        let entry = self.numbers.entry(hash, |&other| is_it(other as usize), |&other| hash_of(other as usize), || row_number(number));
        let is_new = entry.1;
        self.len += usize::from(is_new);
        is_new
    }

    /// Adds a number for what is not there.
    #[inline]
    pub(super) fn insert_new(&mut self, hash: u64, number: usize, hash_of: impl Fn(usize) -> u64) {
        self.make_room();
        self.numbers.insert_new(hash, row_number(number), |&other| hash_of(other as usize));
        self.len += 1;
    }

    pub(super) fn remove(&mut self, hash: u64, number: usize) {
        if let Some(entry) = self.numbers.find_entry(hash, |&other| other as usize == number) {
            entry.remove();
            self.len -= 1;
        }
    }

    #[inline]
    fn make_room(&mut self) {
        if self.is_full() {
            self.room = room_for(self.len);
        }
    }
}

/// For how many there is room in a hash table for more than so many.
fn room_for(len: usize) -> usize {
    (len / 7 + 1).next_power_of_two() * 7
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::rows::hash;

    #[test]
    fn whether_there_is_a_better_way_is_asked_when_there_are_twice_as_many() {
        let hash_of = |number: usize| hash([row_number(number), 7].into_iter());
        let mut hashes = Hashes::default();
        let mut asked = Vec::new();
        for number in 0..1_000_000 {
            if hashes.is_full() {
                asked.push(number);
            }
            hashes.insert_new(hash_of(number), number, hash_of);
        }
        assert_eq!(asked[..5], [0, 7, 14, 28, 56]);
        assert!(asked[1..].windows(2).all(|pair| pair[1] == 2 * pair[0]));
        let mut hashes = Hashes::for_rows(100);
        assert_eq!(hashes.room, 112);
        assert!(hashes.insert(hash_of(0), 0, |_| false, hash_of) && !hashes.insert(hash_of(0), 1, |_| true, hash_of));
        hashes.remove(hash_of(0), 0);
        assert_eq!((hashes.len, hashes.find(hash_of(0), |_| true)), (0, None));
    }
}
