//! How far a statement has been typed: what each of its words is, and what may stand next.
//!
//! Goes over the tokens from left to right, once, and never fails: what it does not understand leads to [`Place::Unknown`]. It only guesses as
//! a reader does; whether a statement is right, the grammar and the resolver say.
#![expect(clippy::wildcard_enum_match_arm, reason = "most places take one thing only; whatever else stands there changes nothing")]

mod words;

use super::highlight::Class;
use crate::logic::RelationId;
use crate::model::Model;
use crate::source::Span;
use crate::syntax::ast::Form;
use crate::syntax::layout::{Token, TokenKind};
use crate::syntax::words::{QUANTIFIERS, is_reserved};
use crate::vocabulary::{KindId, Reading, Relation};

/// What stands where the next word will.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Place {
    /// The first word of a statement.
    Start,
    /// The first word of a sentence or condition.
    Subject,
    /// The verb, after its subject.
    Verb,
    /// The word after `is`.
    Is,
    /// The word after `has`.
    Has,
    /// The subject, after a `does` or `is` that comes first.
    Inverted(Form),
    /// `not`, after `B does`.
    Not,
    /// The verb in its base form, after `does B`.
    Base,
    /// What the verb has for its object, in this slot if it is known, or a phrase.
    Object(Option<usize>),
    /// Something in this slot.
    Slot(Option<usize>),
    /// What is compared with.
    Value,
    /// A phrase, or something that joins the next sentence.
    Phrase,
    /// `many`
    Many,
    /// `make` or `stop`, after `what would`.
    Would,
    /// `reasons` or `chains`, after `all`.
    All,
    /// `for`, after `all reasons`.
    For,
    /// A kind.
    Kind,
    /// A new name for a kind, a slot, a rule.
    New,
    /// `is`, after the kind that is declared.
    KindIs,
    /// The verb that is declared.
    NewVerb,
    /// Slots and what else stands after a verb that is declared.
    Declaration,
    /// A name, after `describe`.
    Described,
    /// A vocabulary, after `use`.
    Vocabulary,
    /// A path in quotation marks.
    Path,
    /// `of`, after `as`.
    Of,
    /// A day, after `as of`.
    Day,
    /// What `find` asks for, or what it is ordered by.
    Column,
    AfterColumn,
    /// `by`, after `order`.
    By,
    /// What `expect` expects.
    Answer,
    /// A text in quotation marks.
    Text,
    /// The statement is complete.
    End,
    /// Nothing is known.
    Unknown,
}

/// A verb that is not declared, where a sentence with names stands.
#[derive(Clone, Debug)]
pub(super) struct Stranger<'a> {
    pub(super) word: &'a str,
    pub(super) span: Span,
}

/// A statement, as far as it has been read.
#[expect(clippy::struct_excessive_bools, reason = "each is a question of its own about what has been read")]
pub(super) struct Walk<'a> {
    model: &'a Model,
    text: &'a str,
    pub(super) place: Place,
    /// The place that a term was last expected in: a comma or an operator leads back there.
    term: Place,
    /// Where to go on after a kind.
    after_kind: Place,
    /// The word that the statement began with, if that is a word of its own.
    pub(super) led_by: &'a str,
    /// The relation and reading of the sentence that is being typed.
    pub(super) said: Option<(RelationId, usize)>,
    /// Its slots that have something in them.
    pub(super) filled: Vec<usize>,
    /// The name that is its subject, and the kind after `which` or `how many`.
    pub(super) subject: Option<&'a str>,
    pub(super) subject_kind: Option<KindId>,
    /// Its subject is several, so that its verb is in the plural.
    pub(super) is_plural: bool,
    /// A question word or a verb before its subject has been read.
    pub(super) asks: bool,
    /// Behind `if`, `where` and the like: no statement of its own.
    pub(super) is_condition: bool,
    /// `who is …`: the subject may still come.
    pub(super) wh_first: bool,
    /// `is both provider …`
    both: bool,
    has_variable: bool,
    brackets: Vec<Place>,
    /// The verb of the first sentence if it is not declared: `if` makes it the head of a rule.
    head: Option<&'a str>,
    /// Verbs that this statement declares.
    pub(super) declares: Vec<&'a str>,
    pub(super) strangers: Vec<Stranger<'a>>,
    /// What cannot stand where it stands: a preposition that the verb before it does not know, `everyone` for a name, `2026-02-30`.
    pub(super) misplaced: Vec<Span>,
    is_first: bool,
}

impl<'a> Walk<'a> {
    pub(super) fn new(model: &'a Model, text: &'a str) -> Self {
        Self {
            model,
            text,
            place: Place::Start,
            term: Place::Subject,
            after_kind: Place::End,
            led_by: "",
            said: None,
            filled: Vec::new(),
            subject: None,
            subject_kind: None,
            is_plural: false,
            asks: false,
            is_condition: false,
            wh_first: false,
            both: false,
            has_variable: false,
            brackets: Vec::new(),
            head: None,
            declares: Vec::new(),
            strangers: Vec::new(),
            misplaced: Vec::new(),
            is_first: true,
        }
    }

    /// The relation and the reading that are being said.
    pub(super) fn reading(&self) -> Option<(&'a Relation, &'a Reading)> {
        let (relation, reading) = self.said?;
        let relation = self.model.vocabulary().relation(relation);
        Some((relation, &relation.readings[reading]))
    }

    /// Goes over a token; tells what it is.
    pub(super) fn take(&mut self, token: Token) -> Option<Class> {
        let word = &self.text[token.start..token.end];
        let class = match token.kind {
            TokenKind::LineEnd => return None,
            TokenKind::Doc => return Some(Class::Comment),
            TokenKind::Sign(sign) => {
                self.sign(sign);
                None
            }
            TokenKind::Variable => {
                self.has_variable = true;
                self.fill(None);
                Some(Class::Variable)
            }
            TokenKind::Quoted | TokenKind::OpenQuote => Some(self.quoted(word, token.kind)),
            TokenKind::Word => {
                let span = Span::new(token.start, token.end);
                let is_term = self.is_term_place();
                let class = self.word(word, span);
                if is_term && is_refused(word, class, self.place) {
                    self.misplaced.push(span);
                }
                class
            }
        };
        self.is_first = false;
        class
    }

    // ---- Signs

    fn sign(&mut self, sign: char) {
        match sign {
            '(' => self.brackets.push(self.place),
            '[' | '{' => {
                self.brackets.push(self.place);
                self.place = Place::Declaration;
            }
            ')' | ']' | '}' => self.close(),
            ',' | '+' | '*' | '/' => self.again(),
            '-' if self.is_after_term() => self.again(),
            ':' => self.colon(),
            '?' if self.is_after_term() || !self.is_term_place() => self.place = Place::End,
            '=' | '<' | '>' | '!' if matches!(self.place, Place::Verb | Place::Value) => {
                self.term = Place::Value;
                self.place = Place::Value;
            }
            _ => {}
        }
    }

    fn close(&mut self) {
        let Some(opened) = self.brackets.pop() else { return };
        if opened == Place::Answer || opened == Place::Declaration {
            self.place = opened;
        } else if self.place == Place::AfterColumn || opened == Place::Column {
            self.place = Place::AfterColumn;
        } else if self.place != Place::Verb {
            // Around a subject the brackets belong to a computation, else to a group.
            let is_group = matches!(opened, Place::Start | Place::Subject);
            self.place = Place::Phrase;
            if is_group {
                self.said = None;
                self.filled.clear();
            }
        }
    }

    /// After a comma or an operator: the same once more.
    fn again(&mut self) {
        if self.is_after_term() || self.place == Place::AfterColumn {
            self.is_plural |= self.place == Place::Verb;
            self.place = self.term;
        }
    }

    fn colon(&mut self) {
        match self.led_by {
            "verb" => {
                self.after_kind = if self.place == Place::NewVerb { Place::NewVerb } else { Place::Declaration };
                self.place = Place::Kind;
            }
            "rule" | "export" => self.sentence(),
            "expect" => (self.place, self.term) = (Place::Answer, Place::Answer),
            _ => self.place = Place::Unknown,
        }
    }

    // ---- Terms

    fn is_after_term(&self) -> bool {
        matches!(self.place, Place::Verb | Place::Phrase | Place::Object(_))
    }

    pub(super) fn is_term_place(&self) -> bool {
        matches!(
            self.place,
            Place::Start
                | Place::Subject
                | Place::Object(_)
                | Place::Slot(_)
                | Place::Inverted(_)
                | Place::Value
                | Place::Column
                | Place::Answer
        )
    }

    /// Something stands in the place where a term belongs.
    fn fill(&mut self, name: Option<&'a str>) {
        match self.place {
            Place::Start | Place::Subject => {
                (self.subject, self.subject_kind) = (name, None);
                self.term = Place::Subject;
                self.place = Place::Verb;
            }
            Place::Inverted(form) => {
                (self.subject, self.subject_kind) = (name, None);
                self.place = if form == Form::Is { Place::Is } else { Place::Base };
            }
            Place::Object(slot) | Place::Slot(slot) => {
                self.filled.extend(slot);
                self.term = Place::Slot(slot);
                self.place = Place::Phrase;
            }
            Place::Value => {
                self.said = None;
                self.place = Place::Phrase;
            }
            Place::Column => {
                self.term = Place::Column;
                self.place = Place::AfterColumn;
            }
            Place::Described => self.place = Place::End,
            // `who is "Maya B" a member of?`
            Place::Is => self.wh_first = false,
            _ => {}
        }
    }

    fn quoted(&mut self, word: &'a str, kind: TokenKind) -> Class {
        match self.place {
            Place::Path => {
                self.place = match self.led_by {
                    "import" => Place::Of,
                    _ => Place::End,
                };
                return Class::Text;
            }
            Place::Text => {
                self.place = Place::End;
                return Class::Text;
            }
            Place::Kind => return self.kind(&word.replace('"', "")),
            Place::New => {
                self.after_new();
                return Class::Text;
            }
            _ => {}
        }
        let is_text = self.said.is_none() && matches!(self.place, Place::Slot(_)) || kind == TokenKind::OpenQuote;
        self.fill(Some(word));
        if is_text { Class::Text } else { self.name(&unquoted(word)) }
    }

    fn name(&self, name: &str) -> Class {
        if self.model.known_name(name).is_some() { Class::Name } else { Class::NewName }
    }

    /// A word where a term belongs.
    fn term(&mut self, word: &'a str) -> Class {
        let plain = if self.is_first { word.to_lowercase() } else { word.to_owned() };
        match plain.as_str() {
            "who" | "whom" | "what" => {
                self.asks = true;
                self.wh_first = matches!(self.place, Place::Start | Place::Subject);
                self.fill(None);
                Class::Keyword
            }
            "which" | "how" => {
                self.asks = true;
                let is_subject = matches!(self.place, Place::Start | Place::Subject);
                self.wh_first = is_subject;
                self.fill(None);
                self.after_kind = self.place;
                self.place = if plain == "which" { Place::Kind } else { Place::Many };
                Class::Keyword
            }
            "_" | "something" | "someone" | "anything" | "anyone" => {
                self.fill(None);
                Class::Keyword
            }
            _ if word.starts_with(|first: char| first.is_ascii_digit()) && !is_name(word) => {
                self.fill(None);
                if is_date(word) { Class::Date } else { Class::Number }
            }
            _ if is_reserved(word) => {
                // `expect who relies on B: nobody`
                if self.place != Place::Answer {
                    self.place = Place::Unknown;
                }
                Class::Keyword
            }
            _ => {
                let class = self.name(word);
                self.fill(Some(word));
                class
            }
        }
    }
}

/// A quoted name without its marks.
pub(super) fn unquoted(word: &str) -> String {
    let inner = word.strip_prefix('"').unwrap_or(word);
    let inner = inner.strip_suffix('"').unwrap_or(inner);
    inner.replace("\\\"", "\"").replace("\\\\", "\\")
}

/// Digits first and then a letter: `3M`.
fn is_name(word: &str) -> bool {
    let rest = word.trim_start_matches(|sign: char| sign.is_ascii_digit());
    rest.strip_prefix('-').unwrap_or(rest).starts_with(char::is_alphabetic)
}

/// Whether a word that was taken for a term, and left this place behind, is none.
fn is_refused(word: &str, class: Option<Class>, place: Place) -> bool {
    match class {
        Some(Class::Date) => word.parse::<jiff::civil::Date>().is_err(),
        Some(Class::Number) => word.split('.').count() > 2 || !word.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.'),
        Some(Class::Keyword) => place != Place::Answer && QUANTIFIERS.contains(&word),
        _ => false,
    }
}

fn is_date(word: &str) -> bool {
    matches!(word.split('-').map(str::len).collect::<Vec<_>>()[..], [4, 2, 2])
}
