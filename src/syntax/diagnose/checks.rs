//! Rewrites of `expect`, `forbid`, `warn`, `export`, `as of`, `describe`, and of `keeping` in a declaration.

use super::Diagnosis;
use super::rewrite::Rewrite;

impl Diagnosis<'_> {
    pub(super) fn check_rewrites(&self) -> Vec<Rewrite> {
        match self.first_word().as_str() {
            "expect" => [self.needless_colon(), self.nobody_expected(), self.bracketed_answers(), self.sign_before_answers()].concat(),
            "forbid" | "warn" => [self.needless_colon(), self.reason()].concat(),
            "assert" => self.asserted(),
            "not" if self.word(1) == "expect" => {
                let text = format!("expect not {}", self.slice(2..self.tokens.len()));
                vec![Rewrite::new(0..2, "`not` stands behind `expect`", text)]
            }
            "export" => self.exported(),
            "as" | "since" | "on" => self.day(),
            "describe" => self.described(),
            "verb" => self.kept_slot(),
            "import" => self.imported(),
            _ if self.next_of(0, &["because"]).is_some() => self.reason(),
            _ => Vec::new(),
        }
    }

    /// `expect: …`, `expect that …`, `forbid if …`
    fn needless_colon(&self) -> Vec<Rewrite> {
        let word = self.word(1);
        let is_idle = matches!(word, ":" | "that" | "if" | "where" | "when" | "whether");
        let without = || Rewrite::new(1..2, format!("leave `{word}` out"), self.with(1, 2, ""));
        let answer_first = || {
            let text = format!("expect {}{}", if word == "no" { "not " } else { "" }, self.slice(3..self.end()));
            Rewrite::new(1..3, "a yes is expected if nothing else is said", text)
        };
        let is_answer = matches!(word, "yes" | "no" | "true" | "false") && self.word(2) == ":";
        is_idle.then(without).into_iter().chain(is_answer.then(answer_first)).collect()
    }

    /// `expect who … = C, D`, `expect who … is C`, `expect who …? C`
    fn sign_before_answers(&self) -> Vec<Rewrite> {
        let signs = ["? : ", "- >", "= >", "= =", "=", "is", "are", "?", "returns", "gives", "be"];
        let near = (self.at.saturating_sub(2)..=self.at).filter(|&index| index > 1);
        let found = near.flat_map(|index| signs.iter().filter_map(move |sign| self.phrase_at(index, sign.trim_end())));
        let mut all: Vec<_> = found
            .map(|range| {
                let start = self.tokens[range.start - 1].end;
                let rest = self.tokens.get(range.end).map_or("", |token| &self.text[token.start..]);
                let text = format!("{}: {rest}", &self.text[..start]);
                Rewrite::new(range, "a colon stands before the expected answers", text)
            })
            .collect();
        all.sort_by_key(|rewrite| std::cmp::Reverse(rewrite.blamed.len()));
        all
    }

    /// `: [C, D]`, `: {C}`
    fn bracketed_answers(&self) -> Vec<Rewrite> {
        let end = self.end();
        let Some(colon) = self.next_of(1, &[":"]) else { return Vec::new() };
        let is_bracketed = matches!((self.word(colon + 1), self.word(end - 1)), ("[", "]") | ("{", "}"));
        let answers = || {
            Rewrite::new(colon + 1..colon + 2, "answers stand without brackets", self.with(colon + 1, end, self.slice(colon + 2..end - 1)))
        };
        (is_bracketed && colon + 3 < end).then(answers).into_iter().collect()
    }

    /// `expect who …: no one`, `: none of them`, `: ()`, nothing after the colon, `expect no one relies on B`
    fn nobody_expected(&self) -> Vec<Rewrite> {
        let end = self.end();
        if self.phrase_at(1, "no one").is_some() {
            let text = format!("expect who {}: nobody", self.slice(3..end));
            return vec![Rewrite::new(1..3, "expect no answers", text)];
        }
        if matches!(self.word(1), "nobody" | "nothing") {
            let asked = if self.word(1) == "nothing" { "what" } else { "who" };
            let text = format!("expect {asked} {}: nobody", self.slice(2..end));
            return vec![Rewrite::new(1..2, "expect no answers", text)];
        }
        let Some(colon) = self.next_of(1, &[":"]) else { return Vec::new() };
        let asks = super::asks(&self.word(1).to_lowercase()) || self.text.contains('?') || self.word(1) == "find";
        let phrases = ["no one", "none of", "nobody at", "no answers", "no answer", "no", "( )", "[ ]", "{ }"];
        let is_none = end == colon + 1 || phrases.iter().any(|phrase| self.phrase_at(colon + 1, phrase).is_some());
        let first = (colon + 1).min(self.tokens.len() - 1);
        let text = format!("{}: nobody", self.slice(0..colon));
        (asks && is_none).then(|| Rewrite::new(first..first + 1, "no answers at all are", text)).into_iter().collect()
    }

    /// `because reason`, `because 'reason'`, `forbid …: "reason"`
    fn reason(&self) -> Vec<Rewrite> {
        let end = self.end();
        let quoted = |text: &str| format!("\"{}\"", text.trim_matches(['\'', '`', '"', ' ']).replace('"', "'"));
        let because = self.next_of(1, &["because"]).filter(|because| because + 1 < end);
        let in_quotes = because.map(|because| {
            let text = format!("{} {}", self.slice(0..because + 1), quoted(self.slice(because + 1..end)));
            Rewrite::new(because + 1..because + 2, "put the reason in quotation marks", text)
        });
        let sign = self.next_of(1, &[":", ","]).filter(|sign| sign + 1 < end && matches!(self.first_word().as_str(), "forbid" | "warn"));
        let after_sign = sign.map(|sign| {
            let text = format!("{} because {}", self.slice(0..sign), quoted(self.slice(sign + 1..end)));
            Rewrite::new(sign..sign + 1, "the reason follows `because`", text)
        });
        in_quotes.into_iter().chain(after_sign).collect()
    }

    /// `assert` states in some languages, and checks in others.
    fn asserted(&self) -> Vec<Rewrite> {
        let from = 1 + usize::from(self.word(1) == "that");
        let rest = self.slice(from..self.tokens.len());
        let why = format!("to state it, write `{rest}`; to have it checked");
        super::repaired(rest).map(|_| Rewrite::new(0..1, why, format!("expect {rest}"))).into_iter().collect()
    }

    /// `export who … to "out.csv"`, `export "out.csv" who …`
    fn exported(&self) -> Vec<Rewrite> {
        const WHY: &str = "the file comes first, then a colon and the question";
        let end = self.end();
        let is_file = |index: usize| self.word(index).starts_with('"');
        let asks = |from: usize, to: usize| self.slice(from..to).trim_end_matches('?').to_owned();
        if is_file(1) && end > 2 {
            let from = 2 + usize::from(matches!(self.word(2), ":" | "as" | "," | "with" | "where"));
            return vec![Rewrite::new(2..3, WHY, format!("export {}: {}", self.word(1), asks(from, end)))];
        }
        let to = end.saturating_sub(2);
        if end > 3 && is_file(end - 1) && matches!(self.word(to), "to" | "into" | "as" | "in") {
            return vec![Rewrite::new(1..2, WHY, format!("export {}: {}", self.word(end - 1), asks(1, to)))];
        }
        if end == 2 && is_file(1) {
            return vec![Rewrite::new(1..2, WHY, format!("export {}: who provides what to whom?", self.word(1)))];
        }
        Vec::new()
    }

    /// `import "x.csv" with ?p provides …`
    fn imported(&self) -> Vec<Rewrite> {
        let is_other = matches!(self.word(2), "with" | ":" | "where" | "into" | "to" | "for");
        let text = || format!("{} as {}", self.slice(0..2), self.slice(3..self.tokens.len()));
        is_other.then(|| Rewrite::new(2..3, "write `as` before the sentence", text())).into_iter().collect()
    }

    /// `as of 31.12.2025`, `as of 2025`
    fn day(&self) -> Vec<Rewrite> {
        let first = if self.first_word() == "as" { 2 } else { 1 };
        let written = self.word(first);
        let last = self.end();
        let parts: Vec<_> = self.slice(first..last).split(['.', '-', '/']).map(str::trim).collect();
        let number = |part: &str| part.parse::<u32>().ok();
        let day = match parts.as_slice() {
            [year] if year.len() == 4 && number(year).is_some() => Some((format!("{year}-12-31"), "name one day of the year")),
            [year, month] if year.len() == 4 => number(month).map(|month| (format!("{year}-{month:02}-01"), "name one day of the month")),
            [day, month, year] if year.len() == 4 && written.contains('.') => {
                number(day).zip(number(month)).map(|(day, month)| (format!("{year}-{month:02}-{day:02}"), "write year, month and day"))
            }
            [year, month, day] if year.len() == 4 => {
                number(day).zip(number(month)).map(|(day, month)| (format!("{year}-{month:02}-{day:02}"), "write year, month and day"))
            }
            _ if self.first_word() == "as" && !matches!(self.word(first), "any" | "all" | "always" | "every") => {
                Some(("2026-01-31".to_owned(), "write the day itself"))
            }
            _ => None,
        };
        let blamed = first.min(self.tokens.len() - 1);
        day.map(|(day, why)| Rewrite::new(blamed..blamed + 1, why, format!("as of {day}"))).into_iter().collect()
    }

    /// `describe B and C`, `describe everything`
    fn described(&self) -> Vec<Rewrite> {
        if matches!(self.word(2), "and" | "," | "or") {
            return vec![Rewrite::new(2..3, "describe one thing at a time", format!("describe {}", self.word(1)))];
        }
        if matches!(self.word(1), "everything" | "everyone" | "all") {
            return vec![Rewrite::new(1..2, "ask for the things of a kind", "which organizations are there?".to_owned())];
        }
        if self.is_variable(1) {
            let text = format!("find {0} where {0} is an organization", self.word(1));
            return vec![Rewrite::new(1..2, "`describe` takes a name; to ask for several things, write", text)];
        }
        let question = self.slice(1..self.tokens.len());
        vec![Rewrite::new(0..1, "ask without `describe`", format!("{}?", question.trim_end_matches('?')))]
    }

    /// `keeping shortest`, `keeping least`: which slot?
    fn kept_slot(&self) -> Vec<Rewrite> {
        let Some(keeping) = self.next_of(1, &["keeping", "keep"]) else { return Vec::new() };
        let slot =
            (0..keeping).rev().find(|&index| matches!(self.word(index), "number" | "date") && self.word(index.wrapping_sub(1)) == ":");
        let Some(slot) = slot.and_then(|slot| slot.checked_sub(2)) else { return Vec::new() };
        let greatest = matches!(self.word(keeping + 1), "greatest" | "max" | "most" | "longest" | "highest" | "largest" | "maximum");
        let close = self.next_of(keeping, &["also"]).unwrap_or(self.end());
        let text = format!("keeping {} {} ", if greatest { "greatest" } else { "least" }, self.word(slot));
        let last = (self.at).min(self.tokens.len() - 1);
        vec![Rewrite::new(last..last + 1, "say `least` or `greatest`, and the slot", self.with(keeping, close, &text))]
    }
}
