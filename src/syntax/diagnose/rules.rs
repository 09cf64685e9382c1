//! Rewrites of conditions and rules: the other order of `if`, a subject that is left out, `unless`, `neither`, `whenever`, `every`.

use super::Diagnosis;
use super::rewrite::{Rewrite, singular, with_article};
use crate::syntax::error::SyntaxError;
use crate::syntax::words::is_preposition;

const REPEAT: &str = "repeat the subject";

impl Diagnosis<'_> {
    pub(super) fn rule_rewrites(&self) -> Vec<Rewrite> {
        let mut all = self.neither_nor();
        all.extend(self.shared_subject());
        all.extend(self.denied_verb());
        all.extend(self.head_at_the_end());
        all.extend(self.unless());
        all.extend(self.missing_then());
        all.extend(self.denied_after_then());
        all.extend(self.of_all());
        all
    }

    /// `?x is neither a provider nor a consumer`, `?x is either a provider or a consumer`
    fn neither_nor(&self) -> Vec<Rewrite> {
        let end = self.end();
        let (Some(first), joint) = (self.next_of(0, &["neither", "either"]), ["nor", "or"]) else { return Vec::new() };
        let Some(second) = self.next_of(first, &joint).filter(|second| second + 1 < end && first > 1) else { return Vec::new() };
        let begin = self.sentence_start(first);
        let close = self.next_of(second + 1, &["and", "or"]).unwrap_or(end).min(end);
        let (subject, start) = (self.slice(begin..first), self.slice(first + 1..second));
        let rest = self.slice(second + 1..close);
        let text = if self.word(first) == "neither" {
            let begins = begin == 0 || matches!(self.word(begin - 1), "if" | "where");
            let of_which =
                if begins && self.is_variable(begin) { format!("{} is an organization and ", self.word(begin)) } else { String::new() };
            format!("{of_which}not {subject} {start} and not {subject} {rest}")
        } else if close == end && begin == 0 {
            format!("{subject} {start} or {subject} {rest}")
        } else {
            format!("({subject} {start} or {subject} {rest})")
        };
        vec![Rewrite::new(first..first + 1, REPEAT, self.with(begin, close, &text))]
    }

    /// `B is late and critical`, `B has rank 3, price 4`: facts are not joined.
    pub(super) fn two_facts(&self) -> Option<SyntaxError> {
        if self.text.contains('?') || crate::syntax::words::is_statement_word(self.word(0)) || self.next_of(0, &["if"]).is_some() {
            return None;
        }
        let joint = self.next_of(2, &["and", ","]).filter(|&joint| self.is_thing(0) && joint + 1 < self.tokens.len())?;
        let joint_end = joint + 1 + usize::from(self.word(joint + 1) == "and");
        let first = super::repaired(self.slice(0..joint))?;
        let rest = self.slice(joint_end..self.tokens.len());
        let second = self.completed(1, joint, rest).iter().find_map(|text| super::repaired(&format!("{} {text}", self.word(0))))?;
        Some(self.blame(joint..joint + 1, format!("write two lines: `{first}` and `{second}`")))
    }

    /// What the second of two joined predicates may be with the words that it shares with the first one, whose verb stands at
    /// `verb`: all but the subject.
    fn completed(&self, verb: usize, joint: usize, rest: &str) -> Vec<String> {
        let is_property = matches!(self.word(verb), "is" | "are" | "has" | "have");
        // `… or relies on D` has a verb of its own, `… or C` has not.
        let has_verb = rest.split_whitespace().nth(1).is_some() && !is_property;
        let mut all = vec![rest.to_owned()];
        let is_article = |word: &str| matches!(word, "a" | "an" | "the");
        let has_article = is_article(self.word(verb + 1)) && !rest.split_whitespace().next().is_some_and(is_article);
        let article = if has_article { "a " } else { "" };
        let shared = if is_property { Some(format!("{} {article}{rest}", self.word(verb))) } else { None };
        let but_the_last = || (joint > verb + 1).then(|| format!("{} {rest}", self.slice(verb..joint - 1)));
        if let Some(shared) = shared.or_else(but_the_last) {
            all.insert(usize::from(has_verb), shared);
        }
        all
    }

    /// `?x is a provider and a consumer`, `?x provides hosting to C and relies on D`, `who relies on B or C?`
    fn shared_subject(&self) -> Vec<Rewrite> {
        let is_connective = |index: &usize| matches!(self.word(*index), "and" | "or");
        let near = self.at.saturating_sub(6)..=self.at.min(self.tokens.len().saturating_sub(1));
        let Some(joint) = near.rev().find(is_connective).filter(|joint| joint + 1 < self.tokens.len()) else { return Vec::new() };
        let begin = self.sentence_start(joint);
        let asked = if begin == 0 { self.first_word() } else { String::new() };
        // `who` and `which` ask in questions of one sentence; in several a variable takes their place.
        let (prefix, subject, verb) = match asked.as_str() {
            "who" | "what" => (String::new(), "?x", 1),
            "which" => (format!("?x is {} and ", with_article(&singular(self.word(1)))), "?x", 2),
            _ if self.is_thing(begin) => (String::new(), self.word(begin), begin + 1),
            _ => return Vec::new(),
        };
        if verb >= joint {
            return Vec::new();
        }
        let denied = self.word(joint + 1) == "not";
        let rest = joint + 1 + usize::from(denied);
        let blamed = joint..(rest + 1).min(self.tokens.len());
        let tail = self.tokens.get(rest).map_or("", |token| &self.text[token.start..]);
        let after_article = |index: usize| index + usize::from(matches!(self.word(index), "a" | "an" | "the"));
        let mut all = Vec::new();
        if asked == "who" && self.word(joint) == "and" && !denied && self.word(verb) == "is" {
            let (one, other) = (self.slice(after_article(verb + 1)..joint), self.slice(after_article(rest)..self.tokens.len()));
            all.push(Rewrite::new(blamed.clone(), "say `both`", format!("{} is both {one} and {other}", self.word(begin))));
        }
        let before = &self.text[..self.tokens[begin].start];
        let first = format!("{subject} {}", self.slice(verb..joint));
        if self.word(verb) == "is" && self.word(verb + 1) == "not" && self.word(joint) == "or" {
            let text = format!("{before}{prefix}{first} and {subject} is not {tail}");
            all.push(Rewrite::new(blamed.clone(), "for neither of them, write", text));
        }
        let not = if denied { "not " } else { "" };
        let needs_brackets = !prefix.is_empty() && self.word(joint) == "or";
        // `provides hosting or mail to B`: the phrases belong to both.
        let phrases = (rest + 1..self.end()).take_while(|_| joint == verb + 2 && is_preposition(self.word(rest + 1))).next();
        if let Some(start) = phrases.filter(|_| !self.word(rest).ends_with('s')) {
            let shared = self.slice(start..self.end());
            let verb = self.word(verb);
            let both = format!("{first} {shared} {} {not}{subject} {verb} {} {shared}", self.word(joint), self.word(rest));
            let mark = if self.is_question() { "?" } else { "" };
            let both = if needs_brackets { format!("({both})") } else { both };
            all.push(Rewrite::new(blamed.clone(), REPEAT, format!("{before}{prefix}{both}{mark}")));
        }
        for second in self.completed(verb, joint, tail) {
            let both = format!("{first} {} {not}{subject} {second}", self.word(joint));
            let both = if needs_brackets { format!("({})?", both.trim_end_matches('?')) } else { both };
            all.push(Rewrite::new(blamed.clone(), REPEAT, format!("{before}{prefix}{both}")));
        }
        all
    }

    /// `?x not provides hosting`
    fn denied_verb(&self) -> Vec<Rewrite> {
        let Some(not) = (1..=self.at.min(self.tokens.len())).rev().find(|&index| self.word(index) == "not") else { return Vec::new() };
        let is_subject = self.is_thing(not - 1) || matches!(self.word(not - 1).to_lowercase().as_str(), "who" | "what");
        let text = || self.with(not, not + 2, &format!("does not {}", singular(self.word(not + 1))));
        (is_subject && self.is_word(not + 1))
            .then(|| Rewrite::new(not..not + 1, "a verb is denied with `does not`", text()))
            .into_iter()
            .collect()
    }

    /// `if A then B`, `if A, B`, `A -> B`: what follows stands first.
    fn head_at_the_end(&self) -> Vec<Rewrite> {
        const WHY: &str = "a rule begins with what follows from it";
        let rule = |blamed, head: &str, body: &str| Rewrite::new(blamed, WHY, format!("{} if {body}", head.trim_end_matches('.')));
        let end = self.end();
        let after = |from: usize| self.slice(from..end);
        if matches!(self.first_word().as_str(), "if" | "when" | "whenever") {
            let splits = (2..end).filter(|&index| matches!(self.word(index), "then" | "," | ":"));
            let ranges = splits.map(|index| {
                let head = if matches!(self.word(index + 1), "then") { index + 2 } else { index + 1 };
                rule(0..1, after(head), self.slice(1..index))
            });
            return ranges.collect();
        }
        let arrow = (1..end).find(|&index| ["- >", "= >", "= = >"].iter().any(|arrow| self.phrase_at(index, arrow).is_some()));
        arrow
            .map(|index| {
                let head = (index..end).find(|&index| self.word(index) == ">").map_or(end, |last| last + 1);
                rule(index..head, after(head), self.slice(0..index))
            })
            .into_iter()
            .collect()
    }

    /// `… unless A`, `… except B`
    fn unless(&self) -> Vec<Rewrite> {
        let end = self.end();
        let Some(at) = self.next_of(1, &["unless", "except", "without"]).filter(|at| at + 1 < end) else { return Vec::new() };
        let rest = self.slice(at + 1..end);
        let denied = if self.next_of(at, &["and", "or"]).is_some() { format!("not ({rest})") } else { format!("not {rest}") };
        let has_conditions = self.is_question() || self.next_of(0, &["if", "where", "forbid", "warn", "expect"]).is_some();
        let begin = self.sentence_start(at);
        let mut all = Vec::new();
        if has_conditions {
            let why = format!("`{}` is `and not`", self.word(at));
            all.push(Rewrite::new(at..at + 1, why, self.with(at, end, &format!("and {denied}"))));
            if self.is_thing(begin) {
                let differs = format!("and {} != {}", self.word(begin), rest.trim_start_matches("for "));
                all.push(Rewrite::new(at..at + 1, "say what it must differ from", self.with(at, end, &differs)));
            }
        } else if self.is_variable(begin) {
            let text = format!("if {} is an organization and {denied}", self.word(begin));
            all.push(Rewrite::new(at..at + 1, "say of which, and what must not hold", self.with(at, end, &text)));
        }
        all
    }

    /// `whenever A, then B`, `whenever A: B`, `whenever A B`
    fn missing_then(&self) -> Vec<Rewrite> {
        let Some(start) = (0..self.at).rev().find(|&index| self.word(index) == "whenever") else { return Vec::new() };
        let blamed = self.at..(self.at + 1).min(self.tokens.len());
        let mut all = Vec::new();
        for sign in (start..self.at.min(self.tokens.len())).chain([self.at]).filter(|&index| matches!(self.word(index), "," | ":")) {
            let to = if self.word(sign + 1) == "then" { sign + 2 } else { sign + 1 };
            all.push(Rewrite::new(sign..sign + 1, "`then` alone stands between the two", self.with(sign, to, " then")));
        }
        if self.at < self.tokens.len() && self.word(self.at) != "then" {
            let text = self.with(self.at, self.at, "then ");
            all.push(Rewrite::new(blamed, "`then` stands between the two", text));
        }
        all
    }

    /// `whenever A then not B`
    fn denied_after_then(&self) -> Vec<Rewrite> {
        let Some(then) = (0..=self.at).rev().find(|&index| self.word(index) == "then" && self.word(index + 1) == "not") else {
            return Vec::new();
        };
        let end = self.end();
        let close = self.next_of(then, &["and", "or", ")", "because"]).unwrap_or(end).min(end);
        let group = format!("({})", self.slice(then + 1..close));
        vec![Rewrite::new(then + 1..then + 2, "put brackets around what follows `then`", self.with(then + 1, close, &group))]
    }

    /// `for all ?p: …`, `every provider is late`, `is every organization a provider?`
    fn of_all(&self) -> Vec<Rewrite> {
        const ALL: &[&str] = &["every", "each", "all", "any"];
        let end = self.end();
        let of_all = |index: usize| ALL.contains(&self.word(index).to_lowercase().as_str());
        let first = usize::from(matches!(self.first_word().as_str(), "for" | "expect" | "forall"));
        if self.is_variable(1 + usize::from(of_all(first))) && (of_all(first) || self.first_word() == "forall") {
            let variable = 1 + usize::from(of_all(first));
            let from = variable + 1 + usize::from(matches!(self.word(variable + 1), ":" | ","));
            let rest = self.slice(from..end);
            let name = self.word(variable);
            let rule = format!("{rest} if {name} is an organization");
            let why = "a variable in a rule stands for all";
            return vec![Rewrite::new(0..variable, why, rest.to_owned()), Rewrite::new(0..variable, why, rule)];
        }
        let is_inverted = matches!(self.first_word().as_str(), "is" | "are" | "does" | "do");
        if is_inverted && of_all(1) && self.is_word(2) {
            let kind = with_article(&singular(self.word(2)));
            let verb = if matches!(self.first_word().as_str(), "is" | "are") { "is " } else { "" };
            let text = format!("whenever ?x is {kind} then ?x {verb}{}?", self.slice(3..end));
            return vec![Rewrite::new(1..2, "ask of each case", text)];
        }
        if (of_all(0) || matches!(self.first_word().as_str(), "some" | "no" | "a" | "an"))
            && self.is_word(1)
            && self.word(1) != "one"
            && !self.is_question()
        {
            let kind = with_article(&singular(self.word(1)));
            let rest = self.slice(2..end);
            let rest = rest.strip_prefix("are ").map_or(rest.to_owned(), |rest| format!("is {rest}"));
            return match self.first_word().as_str() {
                "some" => vec![Rewrite::new(0..1, "say of which; to test it, write", format!("expect ?x is {kind} and ?x {rest}"))],
                "no" => vec![Rewrite::new(0..1, "to have it checked, write", format!("forbid ?x is {kind} and ?x {rest}"))],
                "a" | "an" if rest.starts_with("is a ") || rest.starts_with("is an ") => {
                    vec![Rewrite::new(0..1, "declare a kind", format!("kind {} {rest}", self.word(1)))]
                }
                "a" | "an" => Vec::new(),
                // `each service has an owner`: no value is given that a rule could pass on.
                _ if self.word(2) == "has" || self.word(2) == "have" => {
                    let (property, rest) = self.property_at(3);
                    let kind_of = format!("?x is {kind}");
                    match rest {
                        "" => vec![Rewrite::new(
                            0..1,
                            "to have it checked, write",
                            format!("forbid {kind_of} and not ?x has {property} something"),
                        )],
                        value => {
                            vec![Rewrite::new(0..1, "to say it of all, write a rule", format!("?x has {property} {value} if {kind_of}"))]
                        }
                    }
                }
                _ => vec![Rewrite::new(0..1, "to say it of all, write a rule", format!("?x {rest} if ?x is {kind}"))],
            };
        }
        Vec::new()
    }

    /// The word after `has`, without its article, and what follows it: nothing, if only an article or `…` does.
    fn property_at(&self, index: usize) -> (&str, &str) {
        let word = index + usize::from(matches!(self.word(index), "a" | "an" | "the"));
        let is_named = self.word(word).starts_with(char::is_alphabetic);
        (if is_named { self.word(word) } else { "owner" }, self.slice(word + 1..self.end()).trim_matches(['.', '…', ' ']))
    }
}
