//! What somebody means who does not know the verbs yet: `buys` for `consumes`, `for` in the place of `to`, `from … to` between days.
//! Each function takes a sentence that means nothing so far and gives it in words that the vocabulary then understands, or nothing.

use super::Resolver;
use super::sentence::{Use, fill, said_all};
use crate::diagnostics::suggest::nearest;
use crate::logic::RelationId;
use crate::syntax::ast::{Condition, Form, Phrase, Sentence, StatementKind, Term, TermKind};
use crate::syntax::words::{base_of, everyday_verb, written};
use crate::value::Value;
use crate::vocabulary::Vocabulary;
use crate::vocabulary::inflection::with_article;

/// What people begin with when they speak to a machine that listens.
const GREETINGS: &[&str] = &["hello", "hi", "hey", "help", "thank", "thanks", "good", "nice"];

impl Resolver<'_> {
    /// `C buys hosting from B` → `C consumes hosting from B`; `what does C need?` → `what does C rely on?`
    pub(super) fn in_everyday_words(&self, sentence: &Sentence, place: Use) -> Option<String> {
        let written = self.source.slice(sentence.verb.span);
        let (ours, preposition) = everyday_verb(written).filter(|_| sentence.verb.form == Form::Acts)?;
        let ours = if written.ends_with('s') { ours.to_owned() } else { base_of(ours) };
        let texts = |terms: &[Term]| terms.iter().map(|term| self.source.slice(term.span)).collect::<Vec<_>>().join(", ");
        let other = sentence.phrases.iter().position(|phrase| !matches!(&*phrase.preposition.text, "since" | "until" | "under"));
        let object = sentence.object.first().zip(sentence.object.last()).map(|(first, last)| first.span.to(last.span));
        let mut edits = vec![(sentence.verb.span, ours.clone())];
        match (object, other.map(|other| &sentence.phrases[other])) {
            // `what does B require?`: the object went to the front.
            (Some(object), None) if preposition == "on" && object.start < sentence.verb.span.start => edits[0].1 = format!("{ours} on"),
            (Some(object), None) if preposition == "on" => edits.push((object, format!("on {}", self.source.slice(object)))),
            // `B hosts C`: the service is in the verb.
            (Some(object), None) if matches!(written, "hosts" | "host") => {
                edits.push((object, format!("hosting to {}", self.source.slice(object))));
            }
            // `B supplies C with hosting`
            (Some(object), Some(phrase)) if &*phrase.preposition.text == "with" && preposition == "to" => {
                let last = phrase.terms.first()?.span.to(phrase.terms.last()?.span);
                edits.push((object, texts(&phrase.terms)));
                edits.push((phrase.preposition.span, preposition.to_owned()));
                edits.push((last, self.source.slice(object).to_owned()));
            }
            (_, Some(phrase)) => edits.push((phrase.preposition.span, preposition.to_owned())),
            (_, None) => {}
        }
        edits.sort_by_key(|(span, _)| span.start);
        let mut text = self.source.slice(sentence.span).to_owned();
        for (span, instead) in edits.iter().rev() {
            let start = (span.start.checked_sub(sentence.span.start)?) as usize;
            text.replace_range(start..start + (span.end - span.start) as usize, instead);
        }
        let asks = self.source.text().get(sentence.span.end as usize..).is_some_and(|rest| rest.trim_start().starts_with('?'));
        let said = self.understood(&crate::syntax::on_one_line(&text), place)?;
        Some(if asks { format!("{said}?") } else { said })
    }

    /// What a beginner types, read as a sentence by chance: `help me`, `define company`, `CloudCo hosting StreamCo`.
    pub(super) fn said_at_first(&self, sentence: &Sentence, place: Use) -> Option<String> {
        let [subject] = sentence.subject.as_slice() else { return None };
        let TermKind::Value(Value::Name(name)) = &subject.kind else { return None };
        // `how do I start?`
        if place != Use::Fact && matches!(&*name.to_lowercase(), "i" | "you" | "we" | "this") {
            return Some("begin with a fact, `B provides hosting to C`, then ask: `who relies on B?`".to_owned());
        }
        // `what's the price of hosting?`
        if let Some(word) = name.strip_suffix("'s").filter(|word| matches!(*word, "what" | "who" | "where" | "What" | "Who" | "Where")) {
            return Some(format!("write it in full: `{}?`", self.source.slice(sentence.span).replacen(&**name, &format!("{word} is"), 1)));
        }
        if sentence.verb.form != Form::Acts {
            return None;
        }
        let (first, word) = (self.source.slice(subject.span), &*sentence.verb.word.text);
        let (text, is_alone) = (self.source.slice(sentence.span), sentence.object.is_empty() && sentence.phrases.is_empty());
        if is_alone && GREETINGS.contains(&first.to_lowercase().as_str()) {
            return Some("begin with a fact, `B provides hosting to C`, then ask: `who relies on B?`".to_owned());
        }
        let order = first.to_lowercase();
        if is_alone && matches!(&*order, "define" | "declare" | "create" | "class" | "type" | "new") {
            return Some(format!("declare a kind of things: `kind {word}`; or state what is so: `B provides hosting to C`"));
        }
        if is_alone && order == "count" {
            return Some(format!("ask `how many {word} are there?`"));
        }
        // `add provider Google`, `delete Google`: nothing is made or deleted but sentences.
        let thing = match sentence.object.as_slice() {
            [object] => self.source.slice(object.span),
            _ => word,
        };
        if matches!(&*order, "add" | "create" | "new" | "insert" | "make" | "define" | "declare" | "register") {
            return Some(match self.vocabulary.find_kind(word) {
                Some(_) if thing != word => format!("a sentence alone says it: `{thing} is {}`", with_article(word)),
                _ => format!("a sentence alone states a fact: `{thing} provides hosting to C`"),
            });
        }
        if matches!(&*order, "delete" | "remove" | "drop" | "erase") {
            return Some(format!("`forget` takes back what was stated: `forget {thing} provides something to someone`"));
        }
        // `Do A and B provide hosting?`, of which `Do A` is read alone.
        if is_alone && matches!(first, "Do" | "Does" | "Are" | "Is") {
            return Some("ask once for each of them: `does A provide hosting?`".to_owned());
        }
        // `hosting costs 100`
        if let ([Term { kind: TermKind::Value(Value::Number(_)), .. }], Some(property), []) =
            (sentence.object.as_slice(), word.strip_suffix('s'), sentence.phrases.as_slice())
        {
            return Some(format!("a property is stated with `has`: `{first} has {property} {thing}`"));
        }
        if let Some(near) = nearest(&first.to_lowercase(), ["who", "whom", "what", "which"])
            && let Some(question) = self.understood(&text.replacen(first, near, 1), Use::Condition)
        {
            return Some(format!("did you mean `{near}`? `{question}?`"));
        }
        let [object] = sentence.object.as_slice() else { return None };
        let object = self.source.slice(object.span);
        // `Cloud Co relies on B`: the verb stands where its object should.
        if self.vocabulary.find(Form::Acts, object).is_some() {
            let name = format!("{first} {}", self.source.slice(sentence.verb.span));
            let said = self.understood(&text.replacen(&name, &written(&name), 1), place)?;
            return Some(format!("put a name of several words in quotation marks: `{said}`"));
        }
        // `CloudCo hosting StreamCo`
        let is_noun = place == Use::Fact && sentence.phrases.is_empty() && !word.ends_with('s') && word.starts_with(char::is_lowercase);
        let said = self.understood(&format!("{first} provides {word} to {object}"), place).filter(|_| is_noun)?;
        Some(format!("a verb is missing: `{said}`"))
    }

    /// The sentence, if it can be said like this; in a fact with examples for what is missing.
    fn understood(&self, text: &str, place: Use) -> Option<String> {
        let (program, problems) = crate::syntax::parse(&format!("{text}?"));
        let ([statement], []) = (program.statements.as_slice(), problems.as_slice()) else { return None };
        let StatementKind::Question(question) = &statement.kind else { return None };
        let Condition::Sentence(sentence) = &question.condition else { return None };
        let (id, number) = self.vocabulary.find(sentence.verb.form, &sentence.verb.word.text)?;
        let filled = fill(&self.vocabulary, sentence, id, number, Use::Pattern).ok()?;
        let accepts = |(slot, terms): &(usize, &[Term])| {
            let kind = self.vocabulary.relation(id).slots[*slot].kind;
            terms.iter().all(|term| !matches!(&term.kind, TermKind::Value(value) if !self.vocabulary.accepts(kind, value)))
        };
        filled.iter().all(accepts).then(|| match place {
            Use::Fact => said_all(&self.vocabulary, (id, number), &filled),
            Use::Head | Use::Condition | Use::Pattern => text.to_owned(),
        })
    }
}

/// The sentence in words, if it can be said with these prepositions and holds no question word, whose text would be lost.
fn said_with(vocabulary: &Vocabulary, sentence: &Sentence, (id, number): (RelationId, usize), place: Use) -> Option<String> {
    let terms = sentence.subject.iter().chain(&sentence.object).chain(sentence.phrases.iter().flat_map(|phrase| &phrase.terms));
    let is_shown = |term: &Term| matches!(term.kind, TermKind::Value(_) | TermKind::Variable(_));
    let filled = fill(vocabulary, sentence, id, number, Use::Pattern).ok().filter(|_| terms.into_iter().all(is_shown))?;
    let relation = vocabulary.relation(id);
    let is_whole = (0..relation.slots.len()).all(|slot| relation.slots[slot].optional || filled.iter().any(|(full, _)| *full == slot));
    let fits = |(slot, terms): &(usize, &[Term])| {
        terms.iter().all(|term| !matches!(&term.kind, TermKind::Value(value) if !vocabulary.accepts(relation.slots[*slot].kind, value)))
    };
    (filled.iter().all(fits) && (is_whole || !matches!(place, Use::Fact | Use::Head))).then(|| said_all(vocabulary, (id, number), &filled))
}

/// Whether a number is meant as a year, where a day belongs.
pub(super) fn is_year(number: &rust_decimal::Decimal) -> bool {
    let number = number.to_string();
    number.len() == 4 && number.bytes().all(|byte| byte.is_ascii_digit()) && (number.starts_with("19") || number.starts_with("20"))
}

/// `from 2024-01-01 to 2024-12-31`: the sentence with `since` and `until`.
pub(super) fn with_days(vocabulary: &Vocabulary, sentence: &Sentence, id: RelationId, number: usize, place: Use) -> Option<String> {
    let mut mended = sentence.clone();
    for phrase in &mut mended.phrases {
        let preposition = match &*phrase.preposition.text {
            "from" | "on" | "in" | "at" | "after" | "as" => "since",
            "to" | "through" | "by" | "before" | "within" => "until",
            _ => continue,
        };
        let [term] = phrase.terms.as_mut_slice() else { continue };
        // A year is meant from its first day to its last.
        let (month, day) = if preposition == "since" { (1, 1) } else { (12, 31) };
        let TermKind::Value(value) = &mut term.kind else { continue };
        if let Value::Number(year) = value
            && is_year(year)
            && let Some(date) = crate::syntax::date(&format!("{year}-{month:02}-{day:02}"))
        {
            *value = date;
        }
        if !matches!(value, Value::Date(_)) {
            continue;
        }
        phrase.preposition.text = preposition.into();
    }
    let changed = |(one, other): (&Phrase, &Phrase)| one.preposition.text != other.preposition.text;
    if !mended.phrases.iter().zip(&sentence.phrases).any(changed) {
        return None;
    }
    let said = said_with(vocabulary, &mended, (id, number), place)?;
    Some(format!("`since` names the first day and `until` the last: `{said}`"))
}

/// `who rely of A`: the only preposition that is not there yet.
pub(super) fn with_other_preposition(
    vocabulary: &Vocabulary,
    sentence: &Sentence,
    index: usize,
    (id, number): (RelationId, usize),
    place: Use,
) -> Option<String> {
    let relation = vocabulary.relation(id);
    let reading = &relation.readings[number];
    let is_free = |preposition: &str| sentence.phrases.iter().all(|phrase| *phrase.preposition.text != *preposition);
    let mut free = reading.phrases.iter().filter(|(preposition, slot)| !relation.slots[*slot].optional && is_free(preposition));
    let (Some((preposition, _)), None) = (free.next(), free.next()) else { return None };
    let mut mended = sentence.clone();
    mended.phrases[index].preposition.text = preposition.clone();
    // `B provides C with hosting`
    if &*sentence.phrases[index].preposition.text == "with" && &**preposition == "to" && !sentence.object.is_empty() {
        std::mem::swap(&mut mended.object, &mut mended.phrases[index].terms);
    }
    match said_with(vocabulary, &mended, (id, number), place) {
        Some(said) => Some(format!("did you mean `{preposition}`? `{said}`")),
        None if fill(vocabulary, &mended, id, number, place).is_ok() => {
            Some(format!("did you mean `{preposition}`? It is said like this: `{}`", relation.pattern(reading)))
        }
        None => None,
    }
}

/// `CloudCo provides hosting for StreamCo`: what fills an optional slot may be meant for the one that is missing.
pub(super) fn in_place_of_optional(
    vocabulary: &Vocabulary,
    sentence: &Sentence,
    missing: usize,
    (id, number): (RelationId, usize),
    place: Use,
) -> Option<String> {
    let relation = vocabulary.relation(id);
    let reading = &relation.readings[number];
    let (preposition, _) = reading.phrases.iter().find(|(_, slot)| *slot == missing)?;
    let may_be_meant = |phrase: &Phrase| {
        let slot = reading.slot(&phrase.preposition.text);
        slot.is_some_and(|slot| relation.slots[slot].optional && relation.slots[slot].kind == relation.slots[missing].kind)
    };
    let index = sentence.phrases.iter().position(may_be_meant)?;
    let mut mended = sentence.clone();
    mended.phrases[index].preposition.text = preposition.clone();
    let said = said_with(vocabulary, &mended, (id, number), place)?;
    Some(format!("did you mean `{preposition}`? `{said}`"))
}

/// `C relies B`: the object belongs to the only preposition.
pub(super) fn with_preposition(
    vocabulary: &Vocabulary,
    sentence: &Sentence,
    (id, number): (RelationId, usize),
    place: Use,
) -> Option<String> {
    let (preposition, _) = vocabulary.relation(id).readings[number].phrases.first()?;
    let mut mended = sentence.clone();
    let mut word = sentence.verb.word.clone();
    word.text = preposition.clone();
    mended.phrases.insert(0, Phrase { preposition: word, terms: std::mem::take(&mut mended.object) });
    said_with(vocabulary, &mended, (id, number), place)
}
