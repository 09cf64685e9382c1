//! What the texts of a file stand for, remembered while it is read: files say the same short texts again and again.

use hashbrown::HashTable;
use rustc_hash::FxBuildHasher;
use std::hash::BuildHasher;

use crate::value::ValueId;

/// A longer text is not remembered.
const MAX_LEN: usize = 15;

/// Greater numbers have no places.
const MAX_NUMBER: usize = 1 << 22;

/// The bytes and the length of a short text, as words.
type Key = [u64; 2];

/// Short texts and the numbers of their values. The texts stand in the table itself, so one look into the memory finds a value, where the
/// dictionary takes three.
#[derive(Debug, Default)]
pub(super) struct Remembered {
    known: HashTable<(Key, ValueId)>,
    /// Of whole numbers, each in its place; [`ValueId::ABSENT`] where none was met.
    numbers: Vec<ValueId>,
}

impl Remembered {
    /// The number that `value` gives for a text, or has given before.
    pub(super) fn value<E>(&mut self, text: &str, value: impl FnOnce() -> Result<ValueId, E>) -> Result<ValueId, E> {
        if let Some(number) = number(text) {
            if self.numbers.len() <= number {
                self.numbers.resize((number + 1).next_power_of_two(), ValueId::ABSENT);
            }
            if self.numbers[number] == ValueId::ABSENT {
                self.numbers[number] = value()?;
            }
            return Ok(self.numbers[number]);
        }
        let Some(key) = key(text) else { return value() };
        let hash = FxBuildHasher.hash_one(key);
        if let Some((_, known)) = self.known.find(hash, |(other, _)| *other == key) {
            return Ok(*known);
        }
        let new = value()?;
        self.known.insert_unique(hash, (key, new), |(key, _)| FxBuildHasher.hash_one(key));
        Ok(new)
    }
}

/// What digits alone say, written as they are: other texts never have this number.
fn number(text: &str) -> Option<usize> {
    let is_plain = matches!(text.as_bytes(), [b'1'..=b'9', rest @ ..] if rest.len() < 8 && rest.iter().all(u8::is_ascii_digit));
    if is_plain { text.parse().ok().filter(|number| *number < MAX_NUMBER) } else { None }
}

/// Nothing for a longer text.
fn key(text: &str) -> Option<Key> {
    let mut bytes = [0; MAX_LEN + 1];
    bytes.get_mut(..text.len())?.copy_from_slice(text.as_bytes());
    bytes[MAX_LEN] = u8::try_from(text.len()).ok().filter(|len| usize::from(*len) <= MAX_LEN)?;
    let (words, _) = bytes.as_chunks();
    Some([u64::from_le_bytes(words[0]), u64::from_le_bytes(words[1])])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_text_has_its_own_value() {
        let mut remembered = Remembered::default();
        let texts = ["7", "07", "4194304", "4194303", "1a", "", "a", "b", "a\0", "\0", "fifteen letters", "sixteen letters!", "ä"];
        for _ in 0..2 {
            for (id, text) in (1..).zip(texts) {
                assert_eq!(remembered.value(text, || Ok::<_, ()>(ValueId(id))), Ok(ValueId(id)), "{text}");
            }
        }
        assert_eq!(remembered.value("c", || Err(3)), Err(3));
        assert_eq!(remembered.value("a", || Err(3)), Ok(ValueId(7)));
    }
}
