//! Rewrites of values: units, percent, minus, days, single quotation marks, and a property with a comparison in the place of its value.

use super::Diagnosis;
use super::rewrite::Rewrite;
use super::words::written;

impl Diagnosis<'_> {
    pub(super) fn value_rewrites(&self) -> Vec<Rewrite> {
        let mut all = self.compared_property();
        all.extend(self.compared_variable());
        all.extend(self.minus());
        all.extend(self.units());
        all.extend(self.single_quotes());
        all.extend(self.possessive());
        all
    }

    /// `?x has rank above 3`: the value gets a name, and that is compared.
    fn compared_property(&self) -> Vec<Rewrite> {
        const WHY: &str = "give the value a name and compare that";
        let Some(has) = (0..=self.at.min(self.tokens.len())).rev().find(|&index| matches!(self.word(index), "has" | "have")) else {
            return Vec::new();
        };
        let word = has + 1 + usize::from(matches!(self.word(has + 1), "a" | "an" | "the"));
        if !self.is_word(word) || has == 0 {
            return Vec::new();
        }
        let named = format!("?{}", self.word(word));
        let name = if self.text.contains(&named) || self.word(word).contains('.') { "?value".to_owned() } else { named };
        let (blamed, compared, close) = if self.word(word + 1) == "between" {
            let Some(joint) = self.next_of(word, &["and"]) else { return Vec::new() };
            let close = self.value_end(joint + 1);
            let compared = format!("{name} >= {} and {name} <= {}", self.slice(word + 2..joint), self.slice(joint + 1..close));
            (word + 1..word + 2, compared, close)
        } else if let Some((range, sign)) = self.comparator_at(word + 1) {
            let close = self.value_end(range.end);
            let compared = format!("{name} {sign} {}", self.slice(range.end..close));
            (range, compared, close)
        } else {
            return Vec::new();
        };
        let text = self.with(word + 1, close, &format!("{name} and {compared}"));
        let begin = self.sentence_start(has);
        let asked = match self.word(begin).to_lowercase().as_str() {
            "who" | "what" => self.with(begin, word + 1, &format!("?x {}", self.slice(has..word + 1))),
            "which" if begin + 2 == has => {
                let kind = super::rewrite::singular(self.word(begin + 1));
                self.with(begin, word + 1, &format!("?x is a {kind} and ?x {}", self.slice(has..word + 1)))
            }
            _ => return vec![Rewrite::new(blamed, WHY, text)],
        };
        let rest = text.get(self.tokens[word].end..).unwrap_or_default();
        let kept = self.text.len() - self.tokens[word].end;
        let start = &asked[..asked.len() - kept];
        vec![Rewrite::new(blamed, WHY, format!("{start}{rest}"))]
    }

    /// `?n is more than 3`, `?n between 3 and 5`, `?x has rank ?n > 3`
    fn compared_variable(&self) -> Vec<Rewrite> {
        let mut all = Vec::new();
        for index in (self.at.saturating_sub(6)..=self.at).filter(|&index| self.is_variable(index)) {
            let variable = self.word(index);
            let next = index + 1 + usize::from(matches!(self.word(index + 1), "is" | "are"));
            let begins = self.sentence_start(index) == index;
            let again = if begins { String::new() } else { format!("{variable} and ") };
            if self.word(next) == "between" {
                if let Some(joint) = self.next_of(next, &["and"]) {
                    let (low, high) = (self.slice(next + 1..joint), self.slice(joint + 1..self.value_end(joint + 1)));
                    let text = format!("{again}{variable} >= {low} and {variable} <= {high}");
                    let text = self.with(index, self.value_end(joint + 1), &text);
                    all.push(Rewrite::new(next..next + 1, "compare with both ends", text));
                }
            } else if let Some((range, sign)) = self.comparator_at(index + 1) {
                let text = self.with(index, range.end, &format!("{again}{variable} {sign}"));
                let why = if begins { format!("write `{sign}`") } else { "compare in a condition of its own".to_owned() };
                all.push(Rewrite::new(range, why, text));
            } else if next > index + 1 && self.word(next).starts_with(|first: char| first.is_ascii_digit()) {
                all.push(Rewrite::new(next - 1..next, "numbers are compared by `=`", self.with(next - 1, next, "=")));
            } else if next > index + 1 && matches!(self.word(next), "count" | "sum" | "min" | "max" | "avg") {
                all.push(Rewrite::new(next - 1..next, "a value is compared by `=`", self.with(next - 1, next, "=")));
            }
        }
        all
    }

    /// Where the value ends that begins here.
    fn value_end(&self, from: usize) -> usize {
        let ends = |index: &usize| matches!(self.word(*index), "and" | "or" | "?" | "." | ")" | "order" | "limit" | "because" | ":");
        (from..self.tokens.len()).find(ends).unwrap_or(self.tokens.len())
    }

    /// `?n-1`, `?n -1`, `-?n`
    fn minus(&self) -> Vec<Rewrite> {
        const WHY: &str = "a minus has a space on both sides";
        let mut all = Vec::new();
        for index in self.at.saturating_sub(2)..=self.at {
            let word = self.word(index);
            if self.is_variable(index)
                && let Some((variable, number)) = word.rsplit_once('-')
                && number.starts_with(|first: char| first.is_ascii_digit())
            {
                let text = self.with(index, index + 1, &format!("{variable} - {number}"));
                all.push(Rewrite::new(index..index + 1, WHY, text));
            }
            if word == "-" && index > 0 {
                all.push(Rewrite::new(index..index + 1, WHY, self.with(index, index + 1, " - ")));
                all.push(Rewrite::new(index..index + 1, "compute the opposite like this", self.with(index, index + 1, "0 - ")));
            }
            if word == "+" && index > 0 {
                all.push(Rewrite::new(index..index + 1, "a number has no plus", self.with(index, index + 1, "")));
            }
            if word == "." && self.tokens.get(index + 1).is_some_and(|next| next.start == self.tokens[index].end) {
                all.push(Rewrite::new(index..index + 2, "write the zero", self.with(index, index + 1, "0.")));
            }
        }
        all
    }

    /// `3 %`, `$5`, `5€`, `5 EUR`, `10 km`
    fn units(&self) -> Vec<Rewrite> {
        const WHY: &str = "a number has no unit; the name of the property can say it";
        let mut all = Vec::new();
        let is_number = |index: usize| self.word(index).starts_with(|first: char| first.is_ascii_digit());
        for index in self.at.saturating_sub(1)..=self.at.min(self.tokens.len().saturating_sub(1)) {
            let word = self.word(index);
            if word == "%" && index > 0 && is_number(index - 1) {
                let text = format!("{}%{}", &self.text[..self.tokens[index - 1].end], &self.text[self.tokens[index].end..]);
                all.push(Rewrite::new(index..index + 1, "write the percent sign right after the number", text));
            }
            if matches!(word, "$" | "€" | "£" | "¥") {
                all.push(Rewrite::new(index..index + 1, WHY, self.with(index, index + 1, "")));
            }
            let digits = word.trim_matches(['€', '£', '¥', '°']);
            if digits != word && digits.starts_with(|first: char| first.is_ascii_digit()) {
                all.push(Rewrite::new(index..index + 1, WHY, self.with(index, index + 1, digits)));
            }
            let is_unit = index > 0 && is_number(index - 1) && self.is_word(index) && (word.len() <= 3 || word.ends_with('s'));
            if is_unit && !super::is_reserved(word) && !matches!(word, "day" | "days") && !self.is_arithmetic_before(index - 1) {
                all.push(Rewrite::new(index..index + 1, WHY, self.with(index, index + 1, " ")));
            }
        }
        all
    }

    fn is_arithmetic_before(&self, index: usize) -> bool {
        index.checked_sub(1).is_some_and(|before| matches!(self.word(before), "+" | "-" | "*" | "/"))
    }

    /// `'a text'`
    fn single_quotes(&self) -> Vec<Rewrite> {
        let quote = |index: &usize| self.word(*index).starts_with('\'');
        let Some(open) = (self.at.saturating_sub(1)..=self.at).find(quote) else { return Vec::new() };
        let start = self.tokens[open].start;
        let Some(len) = self.text[start + 1..].find('\'') else { return Vec::new() };
        let quoted = &self.text[start + 1..start + 1 + len];
        let text = format!("{}{}{}", &self.text[..start], written(quoted), &self.text[start + len + 2..]);
        vec![Rewrite::new(open..open + 1, "names stand bare, or in double quotation marks", text)]
    }

    /// `B's rank is 3`, `the rank of B is 3`
    fn possessive(&self) -> Vec<Rewrite> {
        let end = self.end();
        let Some(is) = self.next_of(0, &["is", "=", "are"]).filter(|is| is + 1 < end && !self.is_question()) else { return Vec::new() };
        let value = self.slice(is + 1..end);
        let has = |owner: &str, property: &str| {
            vec![Rewrite::new(is..is + 1, "a property is stated with `has`", format!("{owner} has {property} {value}"))]
        };
        let first = usize::from(self.first_word() == "the");
        match self.word(0).strip_suffix("'s") {
            Some(owner) if is == 2 => has(owner, self.word(1)),
            _ if is == first + 3 && self.word(first + 1) == "of" => has(self.word(first + 2), self.word(first)),
            _ => Vec::new(),
        }
    }
}
