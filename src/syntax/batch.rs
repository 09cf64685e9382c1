//! Plain facts, many at a time: text in, the places of their words out.
//!
//! A large model has a million lines such as `B provides hosting to C`. The grammar reads the first line of each shape ([`super::shape`]),
//! and the tree that comes of it tells what each token is. That holds for all lines of this shape, of which no tree is made. It is done
//! only where the tree is that of a plain fact; any other line ends the batch, and is read as any statement is. So a batch says just what
//! its lines would say one by one, and holds no problem.

use std::sync::Arc;

use rustc_hash::FxHashMap;

use super::ast::{Frame, Part, PlainFacts, Sentence, StatementKind, TermKind};
use super::shape::{Line, Shape};
use super::words::PREPOSITIONS;
use crate::source::Span;
use crate::value::Value;

/// The most facts of a batch: a few thousandths of a second.
const MAX_FACTS: usize = 1 << 12;

/// So many shapes are remembered, and so many forms of facts: more than anybody writes.
const MAX_SHAPES: usize = 1 << 12;
const MAX_FRAMES: usize = 1 << 8;

/// What is read of a text in batches.
#[derive(Debug, Default)]
pub(super) struct Batches {
    /// Whether the next statement is likely to be a fact.
    expects_more: bool,
    met: Met,
    line: Line,
}

/// What the grammar made of lines.
#[derive(Debug, Default)]
struct Met {
    /// Nothing for shapes of lines that are no plain facts.
    shapes: FxHashMap<Shape, Option<Said>>,
    frames: Arc<Vec<Frame>>,
}

/// How lines of a shape say a fact.
#[derive(Clone, Debug)]
struct Said {
    frame: u8,
    /// The numbers of the tokens that are its values and its verb.
    words: Box<[u8]>,
}

impl Batches {
    /// A fact has been read: the next statements may be more of them.
    pub(super) fn expect_more(&mut self) {
        self.expects_more = true;
    }

    /// The plain facts that begin at byte `start`, and the byte from which on something else is looked for; nothing if it is not likely
    /// that there are any.
    pub(super) fn next(&mut self, text: &str, start: usize) -> Option<(PlainFacts, usize)> {
        if !std::mem::take(&mut self.expects_more) {
            return None;
        }
        let mut facts = PlainFacts::default();
        let mut end = super::layout::next_token(text, start);
        while facts.forms.len() < MAX_FACTS && self.line.read(text, end) {
            let Some(said) = self.met.said(&self.line, text) else { break };
            let tokens = self.line.tokens();
            facts.forms.push(said.frame);
            facts.words.extend(said.words.iter().map(|token| tokens[usize::from(*token)]));
            end = self.line.end;
        }
        // A full batch is likely to be followed by another one.
        self.expects_more = facts.forms.len() == MAX_FACTS;
        facts.frames = self.met.frames.clone();
        facts.words.shrink_to_fit();
        facts.forms.shrink_to_fit();
        (!facts.forms.is_empty()).then_some((facts, end))
    }
}

impl Met {
    /// How a line says a fact, if it says a plain one.
    fn said(&mut self, line: &Line, text: &str) -> Option<&Said> {
        let Self { shapes, frames } = self;
        if !shapes.contains_key(&line.shape) {
            if shapes.len() == MAX_SHAPES {
                return None;
            }
            let said = plainly_said(line, text).and_then(|(frame, words)| {
                let known = frames.iter().position(|known| *known == frame);
                let number = known.unwrap_or(frames.len());
                if number == MAX_FRAMES {
                    return None;
                }
                if known.is_none() {
                    Arc::make_mut(frames).push(frame);
                }
                Some(Said { frame: u8::try_from(number).ok()?, words })
            });
            shapes.insert(line.shape, said);
        }
        shapes.get(&line.shape)?.as_ref()
    }
}

/// What a line says by the grammar, and which of its tokens are the values and the verb, if it is a plain fact.
fn plainly_said(line: &Line, text: &str) -> Option<(Frame, Box<[u8]>)> {
    let tokens = line.tokens();
    let span = tokens.first()?.to(*tokens.last()?);
    let Ok(StatementKind::Fact(sentences)) = super::statement(text, span) else { return None };
    let [Sentence { subject, verb, object, phrases, .. }] = sentences.as_slice() else { return None };
    // What each token is; nothing for those that are only read, such as an article.
    let mut parts = vec![None; tokens.len()];
    let mut tell = |at: Span, part: Part| {
        let token = tokens.iter().position(|token| *token == at)?;
        parts[token].replace(part).is_none().then_some(())
    };
    tell(verb.word.span, Part::Verb(verb.form))?;
    for phrase in phrases {
        let preposition = PREPOSITIONS.iter().find(|own| **own == &*phrase.preposition.text)?;
        tell(phrase.preposition.span, Part::Preposition(preposition))?;
    }
    let places = [subject, object].into_iter().filter(|terms| !terms.is_empty());
    for terms in places.chain(phrases.iter().map(|phrase| &phrase.terms)) {
        let [term] = terms.as_slice() else { return None };
        let token = tokens.iter().position(|token| *token == term.span)?;
        // A word of the grammar may be a name here.
        let part = line.part(token).unwrap_or(Part::Name);
        let TermKind::Value(value) = &term.kind else { return None };
        let is_it = match value {
            Value::Name(_) => matches!(part, Part::Name | Part::Quoted),
            Value::Number(_) => part == Part::Number,
            Value::Date(_) => part == Part::Date,
        };
        is_it.then(|| tell(term.span, part))??;
    }
    let has_full_stop = text[tokens.last()?.range()] == *".";
    let is_read = |token: usize| parts[token].is_some() || line.part(token).is_none();
    let ends = [0, tokens.len() - 1 - usize::from(has_full_stop)];
    let is_word = |token: usize| parts[token].is_some_and(|part| !matches!(part, Part::Preposition(_)));
    if !(0..tokens.len()).all(is_read) || !ends.into_iter().all(is_word) {
        return None;
    }
    let words = (0..tokens.len()).filter(|token| is_word(*token)).map(u8::try_from).collect::<Result<_, _>>().ok()?;
    Some((Frame { parts: parts.into_iter().flatten().collect(), has_full_stop }, words))
}

#[cfg(test)]
mod tests {
    use std::fmt::Write as _;

    use proptest::prelude::*;
    use proptest::sample::select;
    use proptest::test_runner::RngSeed;

    use super::super::{ast, parse, parse_while, statement};
    use super::*;

    /// The sentence of a plain fact as what it consists of, and where its values and its verb stand: from its tree.
    fn parts(text: &str, span: Span) -> (Vec<Part>, Vec<Span>) {
        let Ok(StatementKind::Fact(sentences)) = statement(text, span) else { panic!("no fact: {}", &text[span.range()]) };
        let [sentence] = sentences.as_slice() else { panic!("no single fact: {}", &text[span.range()]) };
        let prepositions = sentence.phrases.iter().map(|phrase| {
            let known = PREPOSITIONS.iter().find(|known| **known == &*phrase.preposition.text).unwrap();
            (Part::Preposition(known), phrase.preposition.span)
        });
        let value = |term: &ast::Term| {
            let TermKind::Value(value) = &term.kind else { panic!("no value: {term:?}") };
            match value {
                Value::Number(_) => Part::Number,
                Value::Date(_) => Part::Date,
                Value::Name(_) if text[term.span.range()].starts_with('"') => Part::Quoted,
                Value::Name(_) => Part::Name,
            }
        };
        let values = sentence.terms().map(|term| (value(term), term.span));
        let verb = (Part::Verb(sentence.verb.form), sentence.verb.word.span);
        let mut all: Vec<_> = prepositions.chain(values).chain([verb]).collect();
        all.sort_by_key(|(_, span)| span.start);
        let is_word = |part: &Part| !matches!(part, Part::Preposition(_));
        let words = all.iter().filter(|(part, _)| is_word(part)).map(|(_, span)| *span).collect();
        (all.into_iter().map(|(part, _)| part).collect(), words)
    }

    /// Reads a text with a tree for each statement, and with its plain facts many at a time; both must say the same. Gives how many facts
    /// were read so.
    fn compare(text: &str) -> usize {
        let mut many = 0;
        let mut one = |statement: ast::Statement| {
            let StatementKind::Facts(facts) = &statement.kind else { return vec![(statement.span, statement.kind)] };
            let fact = |(form, words): (usize, &[Span])| {
                let frame = &facts.frames[form];
                let span = frame.span(words);
                assert_eq!(parts(text, span), (frame.parts.clone(), words.to_vec()), "{text}");
                (span, StatementKind::Fact(super::super::fact(text, span)))
            };
            many += facts.forms.len();
            facts.iter().map(fact).collect()
        };
        let [one_by_one, in_batches] = [parse(text), parse_while(text, || true)].map(|(program, problems)| {
            let statements = program.statements.into_iter().flat_map(&mut one).collect::<Vec<_>>();
            (format!("{statements:?}"), format!("{problems:?}"))
        });
        assert_eq!(one_by_one, in_batches, "{text}");
        many
    }

    #[test]
    fn a_batch_says_what_its_lines_say() {
        let before = "A helps B\nA helps B\nC is critical\n";
        for line in LINES {
            compare(&format!("{before}{line}\n{before}{before}"));
            compare(&format!("{before}{line}\n{line}\n{line}"));
            compare(&format!("{before}{line}"));
        }
        assert_eq!(compare(&before.repeat(5_000)), 14_999);
        let (program, _) = parse_while(&before.repeat(5_000), || true);
        assert!(program.statements.len() < 10, "{} statements", program.statements.len());
    }

    #[test]
    fn batches_and_statements_agree_on_every_sentence_of_the_lists() {
        for list in [include_str!("../../tests/sentences/yes.txt"), include_str!("../../tests/sentences/no.txt")] {
            let fact = "A helps B\n";
            let lines = list.lines().map(|line| line.replace('⏎', "\n"));
            for line in lines {
                compare(&format!("{fact}{fact}{line}\n{line}\n{fact}{line}"));
            }
        }
    }

    #[test]
    fn what_is_written_most_is_read_many_at_a_time() {
        let lines = [
            "Org1 provides hosting to Org2",
            "Org1 provides hosting to Org2.",
            "hosting has availability 99.95%",
            "hosting has a cost of 5",
            "Ada is an organization",
            "Ada is critical # since last year",
            "\"Dion Training\" is a member of PeopleCert since 2024-01-31",
            "B provides \"web hosting\" to C under \"Gold SLA\" since 2024-01-01 until 2025-12-31.",
            "3M relies on O'Neill",
            "  Müller relies on 1-A",
            "A relies on order",
        ];
        for line in lines {
            assert_eq!(compare(&format!("A helps B\n{line}\n\n# and\n{line}\n")), 2, "{line}");
        }
    }

    #[test]
    fn there_is_a_bound_on_what_is_remembered() {
        // Each of these words is one of the grammar and a name here.
        let names = ["order", "limit", "any", "day", "chain", "reason", "many", "least", "greatest", "A"];
        let mut text = String::new();
        for number in 0..10_000_usize {
            let name = |power: u32| names[number / 10_usize.pow(power) % 10];
            writeln!(text, "{} helps {} to {} of {}", name(0), name(1), name(2), name(3)).unwrap();
        }
        assert!(compare(&text) > 3_000);
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 300, rng_seed: RngSeed::Fixed(1), ..ProptestConfig::default() })]

        #[test]
        fn batches_and_statements_agree_on_random_lines(
            lines in prop::collection::vec(
                prop::collection::vec((select(TOKENS), select(&[" ", " ", " ", " ", " ", " ", "  ", "\t", "", ".", " # x", "\r", "\n"][..])), 1..9),
                1..12,
            ),
        ) {
            let mut text = "A helps B\n".to_owned();
            for line in lines {
                line.iter().for_each(|(token, gap)| text.extend([*token, *gap]));
                text += "\nA helps B\n";
            }
            compare(&text);
        }

        #[test]
        fn batches_and_statements_agree_on_random_facts(
            lines in prop::collection::vec(
                (select(VALUES), select(&["is", "is a", "has", "has an", "helps", "does", ""][..]), select(VALUES),
                 prop::collection::vec((select(PREPOSITIONS), select(VALUES)), 0..4), select(&["", ".", " .", " # x", "?"][..])),
                1..30,
            ),
        ) {
            let mut text = "A helps B\n".to_owned();
            for (subject, verb, object, phrases, end) in lines {
                write!(text, "{subject} {verb} {object}").unwrap();
                phrases.iter().for_each(|(preposition, value)| write!(text, " {preposition} {value}").unwrap());
                writeln!(text, "{end}").unwrap();
            }
            compare(&text);
        }
    }

    /// Lines in which something may be otherwise than it looks.
    const LINES: &[&str] = &[
        "A helps B\n  and C helps D",
        "A helps B\n\n# why\n if C helps D",
        "Who helps B?",
        "Who helps B",
        "who helps B",
        "A helps B?",
        "Something helps B",
        "There helps B",
        "A itself B",
        "A helps itself",
        "A is a member of B",
        "A is a of B",
        "A has a rank 3",
        "A has rank 3 at 2024-01-31",
        "A has rank 3 at 2024-02-31",
        "A has rank 99999999999999999999999999999999",
        "A has rank -2.50%",
        "A helps \"\"",
        "A helps \"B\\\"C\"",
        "A helps \"B # C\" # D",
        "A helps B.",
        "A helps B .",
        "A helps B, C",
        "A helps 1,000",
        "A helps B to",
        "A to B",
        "A helps to",
        "A helps to B of C since 2024-01-01.",
        "A  helps\tB",
        "use none",
        "As of 2024-01-01",
        "as of any day",
        "find ?x where ?x helps B",
        "Not A helps B",
        "A does B",
        "A is B C",
        "helps",
        "A helps B to C to D",
        "A helps B\r\nC helps D\r",
        "Ärzte helps ß",
        "A order by B",
        "A limit 3",
        "A helps order\nlimit 3",
        "A helps 3M",
        "3-A helps 2024-1-1",
        "A helps 3.5.1",
        "A helps (B)",
        "A helps B:\nC",
        "A helps B\nalso C",
        "A helps B\n[to C]",
        "## doc\nA helps B",
        "Rule helps B",
        "Use helps B",
        "Why helps B",
        "A helps B-",
        "A helps B -",
        "A helps - B",
        "A helps B + 1",
        "A are B",
        "A have B C",
        "A is",
        "A is the",
        "A is a",
        "A has an",
        "A is not B",
        "A is both B and C",
        "A helps B # why",
        "A helps B ## why",
        "A helps B#why",
        "A helps B\n# why\n\nC helps D",
        "A helps B\n  C helps D",
        "A helps B\n\tC helps D\t \n",
        "A\thelps B",
        "A helps B.C",
        "A helps B.C. # why",
        "A. helps B",
        "A helps B. C",
        "A helps \"B\".",
        "A helps \"B\"C",
        "A helps \"B",
        "A helps \"B\tC\" to \"D E\"",
        "A helps count",
        "A helps any",
        "Any helps least",
        "order helps limit",
        "A helps an",
        "A is an an",
        "A is the the of a",
        "A has a a",
        "A helps O'Neill & B",
        "A helps B&B",
        "A helps B'",
        "A helps -3",
        "A helps --3",
        "A helps -a",
        "A helps 3.",
        "A helps 3.5.",
        "A helps 3%.",
        "A helps 3%%",
        "A helps 3x5",
        "A helps 3-x",
        "A helps 3-5",
        "A helps 3é",
        "A helps 3_",
        "A helps _",
        "A helps _x",
        "A helps 0000-00-00",
        "A helps 2024-01-31x",
        "A helps 2024-01-31.",
        "A helps 2024-01-31-1",
        "A helps 12024-01-31",
        "A helps 1.5e3",
        "A helps 0.0000000000000000000000000001",
        "A helps 0.00000000000000000000000000001",
        "A helps 00000000000000000000000000000001%",
        "A helps €",
        "A helps a€",
        "A helps a·b",
        "A helps B\u{a0}C",
        "A helps Cafe\u{301}",
        "A, B helps C",
        "A helps B to C under D",
        "A helps B to C to D to E to F to G to H to I to J",
        "A does",
        "A does B to C",
        "A is in B",
        "A has",
        "A have 3",
        "A are a B of C",
        "is helps B",
        "To helps B",
        "A helps if",
        "A helps then\nB helps C",
        "A helps B\nordering helps C",
        "A helps B\nif-else helps C",
        "A helps B\nlimit helps C",
        "A helps B\n?x helps C if ?x helps D",
        "A helps B\n)",
        "A helps B\n\"",
        "scenario x is y",
        "suppose has y",
        "in A: who helps B?",
    ];

    const VALUES: &[&str] = &[
        "A",
        "helps",
        "Org1",
        "critical",
        "\"A B\"",
        "\"to\"",
        "3",
        "-3",
        "99.95%",
        "2024-01-31",
        "2024-02-31",
        "a-b",
        "O'Neill",
        "3M",
        "Zürich",
        "a",
        "the",
        "order",
        "limit",
        "there",
        "count",
        "any",
        "who",
        "Who",
        "something",
        "",
        "of",
        "x.y",
        "\"\"",
        "if",
        "not",
        "both",
        "A, B",
        "?x",
    ];

    const TOKENS: &[&str] = &[
        "A",
        "B",
        "helps",
        "provides",
        "is",
        "are",
        "has",
        "have",
        "does",
        "do",
        "a",
        "an",
        "the",
        "of",
        "to",
        "in",
        "as",
        "not",
        "both",
        "and",
        "or",
        "if",
        "then",
        "because",
        "where",
        "order",
        "by",
        "limit",
        "3",
        "3.5",
        "-2",
        "99%",
        "2024-01-31",
        "2024-13-31",
        "\"A B\"",
        "\"",
        "\"\"",
        "\"a\\\"b\"",
        "who",
        "Who",
        "what",
        "what would",
        "why",
        "how",
        "all",
        "reasons",
        "for",
        "find",
        "Find",
        "count",
        "?x",
        "something",
        "_",
        "everyone",
        "itself",
        "there",
        "use",
        "kind",
        "verb",
        "rule",
        "forget",
        "in",
        "suppose",
        "scenario",
        "compare",
        "with",
        "(",
        ")",
        "[",
        "{",
        "}",
        ",",
        ":",
        "?",
        ".",
        "=",
        "#",
        "##",
        "é",
        "€",
        "3M",
        "a-b",
        "a.b",
        "a'",
        "-",
        "%",
        "Not",
        "also",
        "keeping",
        "any day",
        "day",
        "least",
        "being",
        "from",
    ];
}
