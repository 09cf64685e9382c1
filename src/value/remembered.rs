//! What the texts of a file stand for, remembered while it is read: files say the same texts again and again. Texts in, the numbers of
//! their values out. Many texts are looked up together, so that the processor waits for the memory once and not for each of them.

use std::convert::Infallible;
use std::hash::BuildHasher;

use rustc_hash::FxBuildHasher;

use super::{Dictionary, Value, ValueId, composed, is_small};
use crate::source::Span;

/// So many texts are remembered: a column with more different ones gains little.
const MAX_KNOWN: usize = 1 << 21;

/// The fewest places of a table.
const MIN_PLACES: usize = 1 << 8;

/// What is found for a text that is not known.
pub(crate) const UNKNOWN: u32 = u32::MAX;

/// Texts and the numbers of their values.
#[derive(Debug, Default)]
pub(crate) struct Remembered {
    /// Each text stands in the first free place from the one that its hash names; their number is a power of two.
    places: Vec<Place>,
    len: usize,
    /// Digits are numbers here, which the dictionary finds by itself.
    holds_numbers: bool,
    /// The texts that are being looked up, with what stands in the places that their hashes name.
    keys: Vec<Key>,
    met: Vec<Place>,
}

/// One place: free if the value is [`ValueId::ABSENT`]. Sixteen bytes never lie across two lines of a cache.
#[derive(Clone, Copy, Debug, Default)]
struct Place {
    key: Key,
    value: u32,
}

/// A text of up to twelve bytes is its own key. Others have their hash for one, with an end that no text in UTF-8 has.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Key([u32; 3]);

/// What ends the key of a longer text.
const LONG: u32 = 0xff00_0000;

impl Key {
    fn of(text: &str) -> Self {
        Self::within(text, Span::new(0, text.len()))
    }

    /// The key of a part of a text.
    #[inline]
    #[expect(clippy::cast_possible_truncation, reason = "words are cut into halves")]
    fn within(text: &str, span: Span) -> Self {
        let (start, end) = (span.start as usize, span.end as usize);
        let bytes = text.as_bytes();
        let len = end - start;
        if len > 12 || (len > 0 && bytes[end - 1] == 0) {
            return Self::long(&text[span.range()]);
        }
        let mut padded = [0; 12];
        // What follows the text is cut off below.
        if let Some(near) = bytes[start..].first_chunk::<12>() {
            padded = *near;
        } else {
            padded[..len].copy_from_slice(&bytes[start..end]);
        }
        let whole =
            u128::from_le_bytes([padded, [0; 12]].as_flattened().first_chunk().copied().unwrap_or_default()) & !(u128::MAX << (8 * len));
        Self([whole as u32, (whole >> 32) as u32, (whole >> 64) as u32])
    }

    #[expect(clippy::cast_possible_truncation, reason = "of a hash any part will do")]
    fn long(text: &str) -> Self {
        let hash = FxBuildHasher.hash_one(text);
        Self([hash as u32, (hash >> 32) as u32, LONG | (text.len() as u32 & !LONG)])
    }

    fn is_long(self) -> bool {
        self.0[2] & LONG == LONG
    }

    /// The place among so many that the text belongs into.
    #[inline]
    #[expect(clippy::cast_possible_truncation, reason = "of a hash any part will do")]
    fn place(self, places: usize) -> usize {
        let Self([one, two, three]) = self;
        let low = u64::from(one) | u64::from(two) << 32;
        // Both halves of the product depend on all bits of both factors.
        let product = u128::from(low ^ 0x9e37_79b9_7f4a_7c15) * u128::from(u64::from(three) ^ 0xd1b5_4a32_d192_ed03);
        (product as u64 ^ (product >> 64) as u64) as usize & (places - 1)
    }
}

impl Remembered {
    /// Of texts among which digits are numbers.
    pub(crate) fn with_numbers() -> Self {
        Self { holds_numbers: true, ..Self::default() }
    }

    /// The number that `value` gives for a text, or has given before.
    pub(crate) fn value<E>(
        &mut self,
        text: &str,
        dictionary: &mut Dictionary,
        value: impl FnOnce(&mut Dictionary) -> Result<ValueId, E>,
    ) -> Result<ValueId, E> {
        if let Some(number) = self.number(text) {
            return Ok(dictionary.intern_small(number));
        }
        let key = Key::of(text);
        if let Some(known) = self.find(key, text, dictionary) {
            return Ok(known);
        }
        let new = value(dictionary)?;
        // A longer text is found only if it is itself what it stands for.
        if self.len < MAX_KNOWN && (!key.is_long() || dictionary.is_name(new, text)) {
            self.insert(key, new);
        }
        Ok(new)
    }

    /// The number of a name.
    pub(crate) fn name(&mut self, text: &str, dictionary: &mut Dictionary) -> ValueId {
        let intern = |dictionary: &mut Dictionary| {
            Ok::<_, Infallible>(if text.is_ascii() {
                dictionary.intern_name(text)
            } else {
                dictionary.intern(&Value::Name(composed(text)))
            })
        };
        let Ok(value) = self.value(text, dictionary, intern);
        value
    }

    /// For each part of a text the number that it was remembered with, or [`UNKNOWN`].
    pub(crate) fn find_all(&mut self, text: &str, parts: &[Span], dictionary: &Dictionary, found: &mut Vec<u32>) {
        found.clear();
        if self.holds_numbers {
            found.extend(parts.iter().map(|part| number_within(text, *part).unwrap_or(UNKNOWN)));
            // None of these waits for another one.
            found.iter_mut().for_each(|found| *found = dictionary.find_small(*found).map_or(UNKNOWN, |value| value.0));
            if !found.contains(&UNKNOWN) {
                return;
            }
        } else {
            found.resize(parts.len(), UNKNOWN);
        }
        let Self { places, keys, met, .. } = self;
        if places.is_empty() {
            return;
        }
        keys.clear();
        keys.extend(parts.iter().map(|part| Key::within(text, *part)));
        // None of these waits for another one.
        met.clear();
        met.extend(keys.iter().map(|key| places[key.place(places.len())]));
        for (((found, part), key), place) in found.iter_mut().zip(parts).zip(&self.keys).zip(&self.met) {
            if *found != UNKNOWN || place.value == ValueId::ABSENT.0 {
                continue;
            }
            if place.key == *key && !key.is_long() {
                *found = place.value;
            } else if let Some(value) = self.find(*key, &text[part.range()], dictionary) {
                *found = value.0;
            }
        }
    }

    /// What digits alone say, where they are a number.
    fn number(&self, text: &str) -> Option<u32> {
        if self.holds_numbers { number_within(text, Span::new(0, text.len())) } else { None }
    }

    fn find(&self, key: Key, text: &str, dictionary: &Dictionary) -> Option<ValueId> {
        let mut at = if self.places.is_empty() { return None } else { key.place(self.places.len()) };
        loop {
            let place = self.places[at];
            let value = ValueId(place.value);
            if value == ValueId::ABSENT {
                return None;
            }
            if place.key == key && (!key.is_long() || dictionary.is_name(value, text)) {
                return Some(value);
            }
            at = (at + 1) & (self.places.len() - 1);
        }
    }

    /// Remembers a text that is not known.
    fn insert(&mut self, key: Key, value: ValueId) {
        if (self.len + 1) * 8 > self.places.len() * 5 {
            let larger = vec![Place::default(); (self.places.len() * 2).max(MIN_PLACES)];
            let known = std::mem::replace(&mut self.places, larger);
            known.into_iter().filter(|place| place.value != ValueId::ABSENT.0).for_each(|place| self.put(place));
        }
        self.put(Place { key, value: value.0 });
        self.len += 1;
    }

    fn put(&mut self, place: Place) {
        let mut at = place.key.place(self.places.len());
        while self.places[at].value != ValueId::ABSENT.0 {
            at = (at + 1) & (self.places.len() - 1);
        }
        self.places[at] = place;
    }
}

/// What digits alone say in a part of a text, if it is a small number.
///
/// Eight digits are read at once (Lemire, Number parsing at a gigabyte per second, Software: Practice and Experience 51, 2021): how many there
/// are makes no difference to what is done.
#[inline]
fn number_within(text: &str, part: Span) -> Option<u32> {
    const ZEROS: u64 = 0x3030_3030_3030_3030;
    let (start, end) = (part.start as usize, part.end as usize);
    let len = end - start;
    if !(1..8).contains(&len) {
        return None;
    }
    let bytes = text.as_bytes();
    // The digits end the word, whatever stands before them.
    let word = if let Some(before) = bytes[..end].last_chunk::<8>() {
        u64::from_le_bytes(*before)
    } else {
        let mut padded = [0; 8];
        padded[8 - len..].copy_from_slice(&bytes[start..end]);
        u64::from_le_bytes(padded)
    };
    let own = u64::MAX << (8 * (8 - len));
    let digits = (word & own | ZEROS & !own) ^ ZEROS;
    // No byte is more than nine.
    let is_number = (digits | digits.wrapping_add(0x7676_7676_7676_7676)) & 0x8080_8080_8080_8080 == 0;
    let pairs = (digits.wrapping_mul(10) + (digits >> 8)) & 0x00ff_00ff_00ff_00ff;
    let fours = (pairs.wrapping_mul(100) + (pairs >> 16)) & 0x0000_ffff_0000_ffff;
    let number = (fours.wrapping_mul(10_000) + (fours >> 32)) & 0xffff_ffff;
    u32::try_from(number).ok().filter(|number| is_number && is_small(*number))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Texts one after the other, and where each stands.
    fn together(texts: &[&str]) -> (String, Vec<Span>) {
        let mut together = String::new();
        let spans = texts.iter().map(|text| {
            together.push_str(text);
            Span::new(together.len() - text.len(), together.len())
        });
        let spans = spans.collect();
        (together, spans)
    }

    #[test]
    fn every_text_has_its_own_value() {
        let lengths = (0..40).map(|len| "x".repeat(len)).collect::<Vec<_>>();
        let ends = (0..40).map(|len| format!("{}\0", "x".repeat(len))).collect::<Vec<_>>();
        let odd = ["7", "07", "4194304", "4194303", "1a", "a", "b", "a\0", "\0\0", "fifteen letters", "ä", "\u{10ffff}"];
        let many =
            (0..5_000).flat_map(|number| [format!("Party{number}"), format!("a longer name of number {number}")]).collect::<Vec<_>>();
        let texts = [&lengths, &ends, &many].into_iter().flatten().map(String::as_str).chain(odd).collect::<Vec<_>>();
        let (mut remembered, mut dictionary) = (Remembered::default(), Dictionary::new());
        let (text, parts) = together(&texts);
        let mut found = Vec::new();
        remembered.find_all(&text, &parts, &dictionary, &mut found);
        assert!(found.iter().all(|found| *found == UNKNOWN));
        for _ in 0..2 {
            for (id, text) in (1..).zip(&texts) {
                let value = remembered.value(text, &mut dictionary, |dictionary| Ok::<_, ()>(dictionary.intern(&Value::name(text))));
                assert_eq!(value, Ok(ValueId(id)), "{text}");
            }
        }
        remembered.find_all(&text, &parts, &dictionary, &mut found);
        assert!((1..).zip(&found).all(|(id, found)| *found == id));
        assert_eq!(remembered.value("c", &mut dictionary, |_| Err(3)), Err(3));
        assert_eq!(remembered.value("a", &mut dictionary, |_| Err(3)).map(|value| texts[value.0 as usize - 1]), Ok("a"));
    }

    #[test]
    fn digits_are_one_number_however_they_are_written() {
        let (mut remembered, mut dictionary) = (Remembered::with_numbers(), Dictionary::new());
        let mut found = Vec::new();
        for text in ["7", "007", "0", "4194305", "99999999"] {
            let known = dictionary.find(&Value::number(text.parse::<u32>().unwrap()));
            let intern = |dictionary: &mut Dictionary| Ok::<_, ()>(dictionary.intern(&Value::number(text.parse::<u32>().unwrap())));
            let value = remembered.value(text, &mut dictionary, intern).unwrap();
            assert!(known.is_none_or(|known| known == value));
            remembered.find_all(text, &[Span::new(0, text.len())], &dictionary, &mut found);
            assert_eq!(found, [value.0], "{text}");
        }
        assert_eq!(dictionary.len(), 4);
    }

    /// Two spellings of one name: the longer text is not the name itself.
    #[test]
    fn a_text_that_is_not_its_name_is_asked_for_again() {
        let (mut remembered, mut dictionary) = (Remembered::default(), Dictionary::new());
        let text = "Cafe\u{301} in the main street";
        for _ in 0..2 {
            let value = remembered.value(text, &mut dictionary, |dictionary| Ok::<_, ()>(dictionary.intern(&Value::name(text))));
            assert_eq!(value, Ok(ValueId(1)));
        }
    }
}
