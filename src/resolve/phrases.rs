//! What other languages and plain English put in the place of a verb, and what SRL says: the help for verbs that nobody declared.
//!
//! A word that is declared as a verb never comes here.

use super::Resolver;
use crate::source::Span;
use crate::syntax::ast::{Form, Phrase, Sentence, Term, TermKind, Wh};
use crate::value::Value;
use crate::vocabulary::SlotKind;
use crate::vocabulary::inflection::{plural, singulars};

/// Words that compare, and the sign.
const COMPARES: &[(&str, &str)] = &[
    ("above", ">"),
    ("exceeds", ">"),
    ("gt", ">"),
    ("below", "<"),
    ("lt", "<"),
    ("equals", "="),
    ("equal", "="),
    ("eq", "="),
    ("differs", "!="),
];

/// Words that look at the letters of a name, and ours.
const TEXTS: &[(&str, &str)] = &[
    ("like", "contains"),
    ("ilike", "contains"),
    ("has-substring", "contains"),
    ("starts", "begins with"),
    ("start", "begins with"),
    ("startswith", "begins with"),
    ("starts-with", "begins with"),
    ("beginswith", "begins with"),
    ("begins", "begins with"),
    ("ends", "ends with"),
    ("endswith", "ends with"),
    ("ends-with", "ends with"),
    ("regex", "matches"),
    ("regexp", "matches"),
    ("rlike", "matches"),
];

/// Words that order something to be shown.
const COMMANDS: &[&str] = &["show", "list", "print", "display", "give", "get", "tell"];

/// Verbs at the beginning of a question, and ours.
const AUXILIARIES: &[(&str, &str)] =
    &[("was", "is"), ("were", "are"), ("did", "does"), ("can", "does"), ("could", "does"), ("will", "does"), ("would", "does")];

/// Superlatives of a property, and the direction in which the first row has it.
const EXTREMES: &[(&str, &str)] = &[
    ("highest", " descending"),
    ("greatest", " descending"),
    ("largest", " descending"),
    ("biggest", " descending"),
    ("most", " descending"),
    ("longest", " descending"),
    ("latest", " descending"),
    ("lowest", ""),
    ("least", ""),
    ("smallest", ""),
    ("fewest", ""),
    ("shortest", ""),
    ("earliest", ""),
];

fn ours(table: &[(&'static str, &'static str)], word: &str) -> Option<&'static str> {
    let word = word.to_lowercase().replace('_', "-");
    table.iter().find(|(theirs, _)| *theirs == word).map(|(_, ours)| *ours)
}

impl Resolver<'_> {
    /// How to say it, if the sentence is a known way of others.
    pub(super) fn said_by_others(&self, sentence: &Sentence) -> Option<String> {
        self.contracted(sentence)
            .or_else(|| self.shared_subject(sentence))
            .or_else(|| self.command(sentence))
            .or_else(|| self.counted_subject(sentence))
            .or_else(|| self.verb_after_question_word(sentence))
            .or_else(|| self.auxiliary_first(sentence))
            .or_else(|| self.test(sentence))
            .or_else(|| self.extreme(sentence))
            .or_else(|| self.is_a(sentence))
    }

    fn text(&self, term: &Term) -> &str {
        self.source.slice(term.span)
    }

    /// `B doesn't rely on C`
    fn contracted(&self, sentence: &Sentence) -> Option<String> {
        let word = &*sentence.verb.word.text;
        let stem = word.strip_suffix("n't").or_else(|| word.strip_suffix("n’t"))?;
        Some(format!("write it in full: `{}`", self.source.slice(sentence.span).replacen(word, &format!("{stem} not"), 1)))
    }

    /// `?x is a provider and not a consumer`, read as a sentence of a thing that is called `a`.
    fn shared_subject(&self, sentence: &Sentence) -> Option<String> {
        let article = subject(sentence).filter(|subject| matches!(*subject, "a" | "an" | "the"))?;
        let before = self.source.text().get(..sentence.span.start as usize)?;
        let words: Vec<_> = before.rsplit('\n').next().unwrap_or(before).split_whitespace().collect();
        let is = words.iter().rposition(|word| matches!(*word, "is" | "are"))?;
        let joint = words.iter().skip(is).position(|word| matches!(*word, "and" | "or"))? + is;
        let subject = words.get(is.checked_sub(1)?)?.trim_start_matches('(');
        let joined = words[joint..].join(" ");
        let said = format!("{subject} is {article} {}", sentence.verb.word.text);
        if words.get(is + 1) == Some(&"not") && joined == "or" {
            return Some(format!("repeat the subject; for neither of them: `and not {said}`"));
        }
        Some(format!("repeat the subject: `{joined} {said}`"))
    }

    /// `show B`, `list all services`
    fn command(&self, sentence: &Sentence) -> Option<String> {
        subject(sentence).filter(|subject| COMMANDS.contains(&subject.to_lowercase().as_str()))?;
        let word = sentence.verb.word.text.to_string();
        // `tell me about B`
        if let [phrase] = sentence.phrases.as_slice()
            && let [thing] = phrase.terms.as_slice()
            && matches!((word.as_str(), &*phrase.preposition.text), ("me" | "us", "about" | "of"))
        {
            return Some(format!("write `describe {}`", self.text(thing)));
        }
        let noun = match sentence.object.as_slice() {
            [object] if matches!(word.as_str(), "all" | "me" | "the" | "every") => self.text(object).to_owned(),
            _ => word,
        };
        let is_kind = |word: &str| self.vocabulary.find_kind(word).is_some() || self.vocabulary.find(Form::Is, word).is_some();
        let asks = is_kind(&noun) || singulars(&noun).iter().any(|word| is_kind(word));
        Some(if asks { format!("ask `which {noun} are there?`") } else { format!("write `describe {noun}`, or ask a question") })
    }

    /// `2 organizations rely on B`
    fn counted_subject(&self, sentence: &Sentence) -> Option<String> {
        let [subject @ Term { kind: TermKind::Value(Value::Number(_)), .. }] = sentence.subject.as_slice() else { return None };
        let (number, whole) = (self.text(subject), self.source.slice(sentence.span));
        let rest = whole.strip_prefix(number)?.trim_start();
        Some(format!("ask `how many {rest}?`, or check it: `expect how many {rest}: {number}`"))
    }

    /// `how many provide hosting to C?`, where `provide` stands in the place of a kind
    fn verb_after_question_word(&self, sentence: &Sentence) -> Option<String> {
        let [Term { kind: TermKind::Wh(asked), .. }] = sentence.subject.as_slice() else { return None };
        let (question, word) = match asked {
            Wh::HowMany(word) => ("how many", word),
            Wh::Which(word) => ("which", word),
            Wh::Any => return None,
        };
        if self.vocabulary.find_kind(&word.text).is_some() {
            return None;
        }
        let (relation, reading) = self.vocabulary.find(Form::Acts, &word.text)?;
        let relation = self.vocabulary.relation(relation);
        let kind = match relation.slots[relation.readings[reading].subject].kind {
            SlotKind::Kind(kind) => self.vocabulary.kind_name(kind),
            SlotKind::Any | SlotKind::Number | SlotKind::Date => return None,
        };
        let rest = self.source.slice(Span::new(word.span.start as usize, sentence.span.end as usize));
        Some(format!("say {question} of what: `{question} {} {rest}?`", plural(kind)))
    }

    /// `was B late?`
    fn auxiliary_first(&self, sentence: &Sentence) -> Option<String> {
        let first = subject(sentence)?;
        let auxiliary = ours(AUXILIARIES, first)?;
        let rest = self.source.slice(sentence.span).get(first.len()..)?;
        Some(format!("ask `{auxiliary}{rest}?`"))
    }

    /// `?n above 3`, `?x starts with "a"`, `?x like "%a%"`
    fn test(&self, sentence: &Sentence) -> Option<String> {
        let terms = sentence.object.iter().chain(sentence.phrases.iter().flat_map(|phrase| &phrase.terms));
        let other = self.text(terms.last()?);
        let [subject] = sentence.subject.as_slice() else { return None };
        let (subject, word) = (self.text(subject), &*sentence.verb.word.text);
        if sentence.verb.form == Form::Has {
            return None;
        }
        if let Some(sign) = ours(COMPARES, word) {
            return Some(format!("compare by a sign: `{subject} {sign} {other}`"));
        }
        let verb = ours(TEXTS, word)?;
        let bare = other.trim_matches('"');
        let verb = match (bare.starts_with('%'), bare.ends_with('%')) {
            (false, true) => "begins with",
            (true, false) => "ends with",
            _ => verb,
        };
        let other = if other.starts_with('?') { other.to_owned() } else { format!("\"{}\"", bare.trim_matches('%')) };
        Some(format!("write `{subject} {verb} {other}`"))
    }

    /// `which provider has the highest rank?`
    fn extreme(&self, sentence: &Sentence) -> Option<String> {
        let direction = ours(EXTREMES, &sentence.verb.word.text)?;
        let [property] = sentence.object.as_slice() else { return None };
        let property = self.text(property);
        (sentence.verb.form == Form::Has).then(|| {
            format!("sort, and take the first: `find ?x, ?{property} where ?x has {property} ?{property} order by ?{property}{direction} limit 1`")
        })
    }

    /// `B isa provider`
    fn is_a(&self, sentence: &Sentence) -> Option<String> {
        let [subject] = sentence.subject.as_slice() else { return None };
        let [object] = sentence.object.as_slice() else { return None };
        let is_meant = matches!(&*sentence.verb.word.text, "isa" | "is-a" | "is_a" | "isA");
        is_meant.then(|| format!("write `{} is a {}`", self.text(subject), self.text(object)))
    }
}

/// The subject, if it is one name.
fn subject(sentence: &Sentence) -> Option<&str> {
    match sentence.subject.as_slice() {
        [Term { kind: TermKind::Value(Value::Name(name)), .. }] => Some(name),
        _ => None,
    }
}

/// `?x has rank over 3`: a preposition that compares.
pub(super) fn compared(sentence: &Sentence, phrase: &Phrase, written: impl Fn(&Term) -> String) -> Option<String> {
    let sign = ours(&[("over", ">"), ("after", ">"), ("under", "<"), ("before", "<")], &phrase.preposition.text)?;
    let (Form::Has, true) = (sentence.verb.form, sentence.object.is_empty()) else { return None };
    let [bound] = phrase.terms.as_slice() else { return None };
    let subject = match sentence.subject.as_slice() {
        [Term { kind: TermKind::Wh(_) | TermKind::Anything, .. }] => "?x".to_owned(),
        [subject] => written(subject),
        _ => return None,
    };
    let word = &sentence.verb.word.text;
    Some(format!("give the value a name and compare that: `{subject} has {word} ?{word} and ?{word} {sign} {}`", written(bound)))
}
