//! Days as people write them: `since January 2024`, `since 1 Jan 2024`, `from 2024-01-01 to 2024-12-31`, `between … and …`.
//! Offers the user's sentence with `since` and `until` and days in digits, if the grammar then reads it.

use std::ops::Range;

use super::phrasebook::MONTHS;
use super::{Diagnosis, repaired, shortened_line};
use crate::syntax::error::SyntaxError;

/// A day in words: the tokens that it consists of, and the first and the last day that it may mean.
struct Day {
    tokens: Range<usize>,
    first: String,
    last: String,
}

impl Diagnosis<'_> {
    /// The statement with all its days in digits.
    pub(super) fn day_in_words(&self) -> Option<SyntaxError> {
        let days: Vec<_> = (0..self.tokens.len()).filter_map(|index| self.day_at(index)).collect();
        let blamed = days.first().map_or(self.at, |day| day.tokens.start);
        let mut text = self.text.to_owned();
        for day in days.iter().rev() {
            let is_end =
                day.tokens.start.checked_sub(1).is_some_and(|before| matches!(self.word(before), "until" | "to" | "and" | "before"));
            let range = self.tokens[day.tokens.start].start..self.tokens[day.tokens.end - 1].end;
            text.replace_range(range, if is_end { &day.last } else { &day.first });
        }
        if self.word(self.at) == "between" {
            let start = self.tokens[self.at].start;
            let (sentence, days) = (&self.text[..start], &text[start + "between".len()..]);
            text = format!("{sentence}since {}", days.trim_start().replacen(" and ", " until ", 1));
        } else if days.is_empty() {
            return None;
        }
        let statement = repaired(&text)?;
        let end = days.first().map_or(blamed + 1, |day| day.tokens.end);
        Some(self.blame(blamed..end, format!("write a day as year-month-day: `{}`", shortened_line(&statement))))
    }

    /// `1 Jan 2024`, `January 1 2024`, `Jan 2024`
    fn day_at(&self, index: usize) -> Option<Day> {
        let month = |index: usize| {
            let word = self.word(index).to_lowercase();
            let number = MONTHS.iter().position(|month| word.starts_with(month) && word.len() <= "september".len())?;
            Some(number + 1)
        };
        let number = |index: usize| self.word(index).trim_end_matches(char::is_alphabetic).parse::<u32>().ok();
        let year = |index: usize| number(index).filter(|_| self.word(index).len() == 4 && self.is_number(index));
        let day = |index: usize| number(index).filter(|day| (1..=31).contains(day));
        if let (Some(day), Some(month), Some(year)) = (day(index), month(index + 1), year(index + 2)) {
            let written = format!("{year}-{month:02}-{day:02}");
            return Some(Day { tokens: index..index + 3, first: written.clone(), last: written });
        }
        let month = month(index).filter(|_| index == 0 || day(index - 1).is_none())?;
        let comma = usize::from(self.word(index + 2) == ",");
        if let (Some(day), Some(year)) = (day(index + 1), year(index + 2 + comma)) {
            let written = format!("{year}-{month:02}-{day:02}");
            return Some(Day { tokens: index..index + 3 + comma, first: written.clone(), last: written });
        }
        let year = year(index + 1)?;
        let is_leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
        let days = match month {
            2 => 28 + u32::from(is_leap),
            4 | 6 | 9 | 11 => 30,
            _ => 31,
        };
        Some(Day { tokens: index..index + 2, first: format!("{year}-{month:02}-01"), last: format!("{year}-{month:02}-{days}") })
    }

    fn is_number(&self, index: usize) -> bool {
        !self.word(index).is_empty() && self.word(index).bytes().all(|byte| byte.is_ascii_digit())
    }
}
