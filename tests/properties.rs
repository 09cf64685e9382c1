//! What holds of every program: no text brings the library down, both evaluators agree, order does not matter.
#![expect(clippy::panic, reason = "that is how a test fails")]

mod tokens;

use std::fmt::Write as _;

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::{Index, select};
use srl::{Error, Evaluator, Model, Outcome, Problem, Style};
use tokens::TOKENS;

// ---- Any text at all

fn tokens() -> impl Strategy<Value = String> {
    let separator = select(&[" ", " ", " ", " ", "", "\n", "\t"][..]);
    vec((select(TOKENS), separator), 0..40).prop_map(|parts| parts.into_iter().fold(String::new(), |text, (token, gap)| text + token + gap))
}

/// A sentence that is right but for a few characters.
fn damaged() -> impl Strategy<Value = String> {
    let sentences = select(
        &[
            "B provides hosting to C under \"Gold SLA\" since 2024-01-01",
            "rule chain: ?c needs ?q if ?c needs ?p and (?p needs ?q or not ?q is late) because \"{?c}\"",
            "verb teacher:person teaches subject:subject [at school:school]\n  also subject is taught by teacher",
            "find ?p, count (?s, ?c) where ?p provides ?s to ?c order by ?p descending limit 10",
            "import \"a.csv\" as ?provider provides ?service to ?consumer",
            "who does Google provide hosting to?",
            "hosting has availability 99.95%\nwhat is the availability of hosting?",
        ][..],
    );
    (sentences, vec((any::<Index>(), any::<char>(), any::<bool>()), 1..4)).prop_map(|(sentence, changes)| {
        let mut characters = sentence.chars().collect::<Vec<_>>();
        for (at, character, replaces) in changes {
            let at = at.index(characters.len());
            if replaces {
                characters[at] = character;
            } else {
                characters.remove(at);
            }
            if characters.is_empty() {
                characters.push(character);
            }
        }
        characters.into_iter().collect()
    })
}

/// Tells a text, draws whatever is wrong with it, and makes sure that a text with a problem leaves the model alone.
fn survives(text: &str) {
    let mut model = Model::new();
    model.tell("Known provides hosting to Other").expect("a fact of the standard vocabulary");
    match model.tell(text) {
        Ok(told) => told.warnings.iter().for_each(draw),
        Err(error) => {
            error.problems().iter().for_each(draw);
            let _ = (error.to_string(), format!("{error:?}"));
        }
    }
    match model.ask(text) {
        Ok(answers) => answers.warnings().iter().for_each(draw),
        Err(error) => error.problems().iter().for_each(draw),
    }
    let checked = format!("Known provides hosting to Other\n{text}");
    if let Ok(script) = model.load(srl::Source::new("checked", checked), &srl::NoFiles) {
        model.lint(&[script]).iter().for_each(draw);
    }
}

fn draw(problem: &Problem) {
    let text = problem.source().text();
    let labels = problem.labels();
    assert!(labels.first().is_some_and(|label| label.is_primary), "no primary label: {problem}");
    for label in labels {
        assert!(text.get(label.span.range()).is_some(), "a label at {:?} of {} bytes: {problem}", label.span, text.len());
    }
    let (line, column) = problem.line_and_column();
    assert!(line >= 1 && column >= 1 && line <= text.lines().count() + 1);
    assert!(problem.help().is_some_and(|help| !help.is_empty()), "no help: {problem}");
    for (width, plain) in [(80, false), (20, false), (80, true)] {
        let drawn = problem.render(Style { width, color: false, plain });
        assert!(drawn.ends_with('\n'));
        assert!(!drawn.contains(|character: char| character.is_control() && !matches!(character, '\n' | '\t' | '\r')), "{drawn:?}");
    }
    let _ = problem.render(Style { color: true, ..Style::default() });
    let _ = srl::Format::problem(problem);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn any_text_is_survived(text in any::<String>()) {
        survives(&text);
    }

    #[test]
    fn any_tokens_are_survived(text in tokens()) {
        survives(&text);
    }

    #[test]
    fn any_bytes_are_survived(bytes in vec(any::<u8>(), 0..200)) {
        survives(&String::from_utf8_lossy(&bytes));
        match srl::Source::from_bytes("bytes", bytes) {
            Ok(source) => prop_assert_eq!(source.name(), "bytes"),
            Err(error) => error.problems().iter().for_each(draw),
        }
    }

    #[test]
    fn damaged_sentences_are_survived(text in damaged()) {
        survives(&text);
    }

    /// What can be seen to be wrong without running it changes nothing.
    #[test]
    fn a_wrong_text_changes_nothing(text in tokens()) {
        let wrong = format!("New provides storage to Other\n?x pities ?y if ?y provides something to ?x\nB provdes x to C\n{text}");
        let mut model = Model::new();
        model.tell("Known provides hosting to Other").expect("a fact of the standard vocabulary");
        prop_assert!(model.tell(&wrong).is_err());
        let rows = model.ask("who provides what to whom?").expect("a question").rows().map(|row| format!("{:?}", &row[..])).collect::<Vec<_>>();
        prop_assert_eq!(rows, ["[\"Known\", \"hosting\", \"Other\"]"]);
        prop_assert!(model.ask("who pities whom?").is_err());
    }
}

// ---- Random programs

const NAMES: &[&str] = &["Ada", "Ben", "Cyd", "Dan", "Eve"];
const VARIABLES: &[&str] = &["?x", "?y", "?z"];

/// A relation: its verb, the same the other way round, how many it relates, and its layer. Rules conclude into layers 1 and 2, and deny
/// only what lies below.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Relation {
    verb: &'static str,
    /// A reading that begins with the second one.
    reversed: Option<&'static str>,
    arity: usize,
    layer: usize,
}

const fn of_two(verb: &'static str, reversed: Option<&'static str>, layer: usize) -> Relation {
    Relation { verb, reversed, arity: 2, layer }
}

const fn of_one(verb: &'static str, layer: usize) -> Relation {
    Relation { verb, reversed: None, arity: 1, layer }
}

const RELATIONS: &[Relation] = &[
    of_two("links", Some("is linked by"), 0),
    of_two("meets", None, 0),
    of_one("is red", 0),
    of_one("is old", 0),
    of_one("is a gem", 0),
    of_two("reaches", Some("is reached by"), 1),
    of_two("follows", None, 1),
    of_one("is good", 1),
    of_two("avoids", Some("is avoided by"), 2),
    of_one("is lonely", 2),
];

const DECLARATIONS: &str = "kind gem is a thing\n\
    verb one:thing links two:thing\n  also two is linked by one\nverb one:thing meets two:thing\nverb one:thing is red\n\
    verb one:thing is old\nverb one:thing reaches two:thing\n  also two is reached by one\nverb one:thing follows two:thing\n\
    verb one:thing is good\nverb one:thing avoids two:thing\n  also two is avoided by one\n\
    verb one:thing is lonely\nverb one:thing weighs weight:number\nverb one:thing spans two:thing at length:number keeping least length\n\
    verb one:thing bears two:thing at load:number keeping greatest load\n\
    verb one:gem joins two:thing [via helper:gem] [since start:date] [until end:date]\n  also two is joined by one\n\
    verb one:thing plans two:thing [by helper:thing] on day:date\nverb one:thing scores share:number\n";

impl Relation {
    fn sentence(self, terms: &[&str]) -> String {
        match terms {
            [one, two, ..] if self.arity == 2 => format!("{one} {} {two}", self.verb),
            [one, ..] => format!("{one} {}", self.verb),
            [] => self.verb.to_owned(),
        }
    }

    /// The same in its other reading, if it has one and that is wished.
    fn said(self, one: &str, two: &str, reversed: bool) -> String {
        match self.reversed.filter(|_| reversed) {
            Some(reversed) => format!("{two} {reversed} {one}"),
            None => self.sentence(&[one, two]),
        }
    }
}

const DAYS: &[&str] = &["2024-01-10", "2024-04-30", "2024-05-01", "2024-12-31"];

/// A fact with some of its optional phrases, in any order and either reading.
fn joins() -> impl Strategy<Value = String> {
    let maybe = |words: &'static [&'static str]| proptest::option::of(select(words));
    (select(NAMES), select(NAMES), maybe(NAMES), maybe(DAYS), maybe(DAYS), any::<bool>(), any::<bool>()).prop_map(
        |(one, two, helper, since, until, is_reversed, is_turned)| {
            // A fact does not end before it begins.
            let (since, until) = if until.is_some() && since > until { (until, since) } else { (since, until) };
            let mut phrases = [("via", helper), ("since", since), ("until", until)];
            if is_turned {
                phrases.reverse();
            }
            let start = if is_reversed { format!("{two} is joined by {one}") } else { format!("{one} joins {two}") };
            let said = phrases.iter().filter_map(|(preposition, value)| Some(format!(" {preposition} {}", (*value)?)));
            start + &said.collect::<String>()
        },
    )
}

fn facts() -> impl Strategy<Value = Vec<String>> {
    let below = || select(RELATIONS).prop_filter("stated", |relation| relation.layer == 0);
    let concluded = select(RELATIONS).prop_filter("seldom stated", |relation| relation.layer == 1);
    let stated = prop_oneof![9 => below(), 1 => concluded];
    let weight = (select(NAMES), select(&["0", "1", "1.5", "2", "3"][..])).prop_map(|(name, weight)| format!("{name} weighs {weight}"));
    let span = (select(NAMES), select(NAMES), 1..5_u8).prop_map(|(one, two, length)| format!("{one} spans {two} at {length}"));
    let plain = (stated, select(NAMES), select(NAMES), any::<bool>())
        .prop_map(|(relation, one, two, is_reversed)| relation.said(one, two, is_reversed));
    vec(prop_oneof![8 => plain, 2 => weight, 1 => span, 2 => joins()], 4..24)
}

/// A condition on two things, with a relation that may be about one.
fn pair(relation: Relation, one: &str, two: &str) -> String {
    if relation.arity == 2 { relation.sentence(&[one, two]) } else { format!("({one} meets {two} and {})", relation.sentence(&[two])) }
}

/// A condition that holds others, over variables of its own (`?u`, `?w`) and two that are bound outside.
fn nested(form: u8, one: &str, two: &str, below: Relation, up_to: Relation) -> String {
    match form {
        0 => format!("2 <= count ?u where ({})", pair(below, one, "?u")),
        1 => format!("0 = count ?u where ({} and not ?u = {two})", pair(below, "?u", one)),
        2 => format!("3 > sum ?w where ({} and ?u weighs ?w)", pair(below, one, "?u")),
        3 => format!("not 1 < max ?w where ({one} weighs ?w)"),
        4 => format!("whenever {} then {}", pair(below, one, "?u"), pair(up_to, "?u", two)),
        5 => format!("whenever ({} or ?u is old) and ?u != {two} then ({} or ?u is red)", pair(below, one, "?u"), pair(up_to, two, "?u")),
        6 => format!("not (whenever {} then {})", pair(below, one, "?u"), pair(below, "?u", "something")),
        7 => format!("{one} contains \"a\""),
        8 => format!("({one} weighs 1 + 1 or not {two} begins with \"B\")"),
        9 => format!("2 >= count (?u, ?v) where ({} and (?u is red or ?v = {one}) and ?v is a thing)", pair(below, "?u", two)),
        10 => format!("1 = count ?u where (?u is red and 1 <= count ?v where ({}))", pair(below, "?u", "?v")),
        11 => format!("not {one} joins something via something"),
        12 => format!("({one} joins {two} via something or {two} is joined by something since 2024-05-01)"),
        13 => format!("2 > count (?u, ?v) where ({one} joins ?u via ?v)"),
        14 => format!("whenever {one} joins ?u since ?d then ({} or ?d >= 2024-05-01)", pair(up_to, "?u", two)),
        15 => format!("1.4 < avg ?w where ({} and ?u weighs ?w)", pair(below, "?u", two)),
        16 => format!(
            "({one} weighs 3 / 2 or 1 > sum ?k / ?w where (?u weighs ?w and ?w > 0 and {} and {two} weighs ?k))",
            pair(below, "?u", one)
        ),
        _ => format!("({one} is a gem or ({two} scores ?s and 0.5 > ?s))"),
    }
}

/// One alternative of a rule's body: what it says, and the variables that it binds.
#[derive(Clone, Debug)]
struct Conjunction {
    text: String,
    bound: Vec<&'static str>,
}

/// Sentences that bind, then denials and comparisons over what is bound.
fn conjunction(layer: usize) -> impl Strategy<Value = Conjunction> {
    let up_to = select(RELATIONS).prop_filter("of this layer or below", move |relation| relation.layer <= layer);
    let below = select(RELATIONS).prop_filter("below", move |relation| relation.layer < layer);
    let term = prop_oneof![6 => select(VARIABLES), 1 => select(NAMES), 1 => Just("something")];
    let said = vec((up_to, term.clone(), term, any::<bool>()), 1..3);
    let denied = vec((below, any::<Index>(), any::<Index>(), 0..4_u8), 0..2);
    let compared = vec((any::<Index>(), any::<Index>()), 0..=1);
    let below = select(RELATIONS).prop_filter("below", move |relation| relation.layer < layer);
    let up_to = select(RELATIONS).prop_filter("of this layer or below", move |relation| relation.layer <= layer);
    let holding = vec((0..=17_u8, any::<Index>(), any::<Index>(), below, up_to), 0..2);
    (said, denied, compared, holding, select(VARIABLES)).prop_map(|(said, denied, compared, holding, spare)| {
        let mut bound = Vec::new();
        let mut parts = Vec::new();
        for (relation, one, two, is_reversed) in said {
            parts.push(relation.said(one, two, is_reversed));
            bound.extend([one, two].into_iter().take(relation.arity).filter(|term| term.starts_with('?')));
        }
        if bound.is_empty() {
            parts.push(format!("{spare} is old"));
            bound.push(spare);
        }
        let pick = |index: Index| bound[index.index(bound.len())];
        for (relation, one, two, form) in denied {
            let (one, two) = (pick(one), pick(two));
            parts.push(match form {
                0 => format!("not {}", relation.sentence(&[one, "something"])),
                1 => format!("not ({} and {two} is red)", relation.sentence(&[one, two])),
                2 => format!("not ({} or {two} is old)", relation.sentence(&[one, two])),
                _ => format!("not {}", relation.said(one, two, true)),
            });
        }
        for (form, one, two, below, up_to) in holding {
            parts.push(nested(form, pick(one), pick(two), below, up_to));
        }
        for (one, two) in compared {
            let (one, two) = (pick(one), pick(two));
            parts.push(if one == two { format!("{one} != Cyd") } else { format!("{one} != {two}") });
        }
        Conjunction { text: parts.join(" and "), bound }
    })
}

/// A rule whose alternatives all bind the variables of its head.
fn rule() -> impl Strategy<Value = String> {
    let head = select(RELATIONS).prop_filter("concluded", |relation| relation.layer > 0);
    head.prop_flat_map(|head| {
        let layer = head.layer;
        (Just(head), vec(conjunction(layer), 1..3), any::<Index>(), any::<Index>()).prop_map(|(head, alternatives, one, two)| {
            let shared =
                VARIABLES.iter().copied().filter(|variable| alternatives.iter().all(|alternative| alternative.bound.contains(variable)));
            let shared = shared.collect::<Vec<_>>();
            // Alternatives that share no variable can conclude only of a name.
            let pick = |at: usize| if shared.is_empty() { NAMES[at % NAMES.len()] } else { shared[at % shared.len()] };
            // Two different ones, where there are two.
            let first = one.index(NAMES.len());
            let (one, two) = (pick(first), pick(first + 1 + two.index(2)));
            let body = match alternatives.as_slice() {
                [only] => only.text.clone(),
                several => several.iter().map(|alternative| format!("({})", alternative.text)).collect::<Vec<_>>().join(" or "),
            };
            format!("{} if {body}", head.sentence(&[one, two]))
        })
    })
}

/// Recursions that derive much: of each program some of them are a part.
const RECURSIONS: &[&str] = &[
    "?x reaches ?y if ?x links ?y",
    "?x reaches ?z if ?x reaches ?y and ?y links ?z",
    "?x reaches ?z if ?x reaches ?y and ?y reaches ?z and ?x != ?z",
    "?x follows ?y if ?y reaches ?x or (?y meets ?x and ?x is red)",
    "?x reaches ?y if ?y follows ?x and ?y is good",
    "?x is good if ?x is red or (?x meets ?y and ?y is good)",
    "?x avoids ?y if ?x is a thing and ?y is a thing and not ?x reaches ?y",
    "?x is lonely if ?x is a thing and not (?x follows something or something follows ?x)",
    "?x spans ?y at 2 if ?x links ?y",
    "?x spans ?z at ?n + 1 if ?x spans ?y at ?n and ?y links ?z",
    "?x spans ?z at ?n + ?w * 0.5 if ?x spans ?y at ?n and ?y meets ?z and ?z weighs ?w",
    "?x spans ?z at ?n + ?m if ?x spans ?y at ?n and ?y spans ?z at ?m",
    "?x follows ?y if ?x spans ?y at something and ?y is red",
    "?x spans ?y at 3 if ?y follows ?x",
    "?x bears ?y at ?w if ?x links ?y and ?y weighs ?w",
    "?x bears ?z at ?n - ?w if ?x bears ?y at ?n and ?y links ?z and ?z weighs ?w",
    "?x is good if ?x is a thing and whenever ?x links ?y then ?y is good",
    "?x is lonely if ?x spans ?y at ?n and ?n > 4 and 2 = count ?u where (?x spans ?u at something)",
    "?x avoids ?y if ?x bears ?y at ?n and ?m = min ?w where (?x weighs ?w) and ?n >= ?m",
    "?x joins ?y via ?x if ?x is a gem and ?x meets ?y and ?y is old",
    "?x is joined by ?y since ?d if ?y meets ?x and ?x joins something since ?d",
    "?x is a gem if ?x is red and ?x is old",
    "?x plans ?y by ?z on ?d + 30 if ?x joins ?y via ?z since ?d",
    "?x plans ?y on ?d if ?y is joined by ?x until ?d",
    "?x reaches ?y if ?x plans ?y by something on ?d and ?d > 2024-05-15",
    "?x scores ?n / ?m if ?x weighs ?n and ?x meets ?y and ?y weighs ?m and ?m != 0",
    "?x is good if ?x is a thing and ?n = avg ?m where (?x scores ?m) and ?n <= 2 / 3",
    "?x avoids ?y if ?x plans something on ?d and ?y plans something on ?e and ?d - ?e > 100",
];

fn program() -> impl Strategy<Value = (Vec<String>, Vec<String>)> {
    let known = proptest::sample::subsequence(RECURSIONS, 0..=RECURSIONS.len());
    let rules = (known, vec(rule(), 0..5)).prop_map(|(known, random)| known.into_iter().map(str::to_owned).chain(random).collect());
    (rules, facts())
}

fn model(evaluator: Evaluator, parts: &[&[String]]) -> Result<Model, Error> {
    let mut text = DECLARATIONS.to_owned();
    parts.iter().copied().flatten().for_each(|line| {
        let _ = writeln!(text, "{line}");
    });
    let mut model = Model::without_vocabulary();
    model.set_evaluator(evaluator);
    model.tell(&text)?;
    Ok(model)
}

/// All that a model holds, and a few counts and verdicts.
fn everything(model: &mut Model) -> Result<Vec<String>, Error> {
    let mut lines = Vec::new();
    for relation in RELATIONS {
        let answers = model.ask(&format!("{}?", relation.sentence(&["?a", "?b"])))?;
        lines.extend(answers.rows().map(|row| format!("{} {:?}", relation.verb, &row[..])));
        let verdict = model.ask(&format!("{}?", relation.sentence(&["Ada", "Ben"])))?;
        lines.push(format!("{} {}", relation.verb, verdict.holds()));
    }
    for question in [
        "find ?a, count ?b where ?a reaches ?b",
        "?a is a thing and not ?a is good?",
        "?a avoids ?b or (?a links ?b and ?a != ?b)?",
        "?a spans ?b at ?n?",
        "Ada spans ?b at ?n?",
        "?a spans Ben at ?n and ?n < 4?",
        "?a bears ?b at ?n?",
        "find ?a, count ?b, sum ?w, max ?w where ?a spans ?b at ?n and ?b weighs ?w order by sum ?w descending limit 4",
        "?a is a thing and whenever ?a links ?u then ?a spans ?u at something?",
        "?a joins ?b via ?c?",
        "?a joins ?b and not ?a joins ?b via something?",
        "?a joins something until ?d?",
        "?a plans ?b by ?c on ?d?",
        "find ?a, min ?d, count ?b where ?a plans ?b on ?d",
        "find ?a, avg ?n, sum ?n where ?a scores ?n",
    ] {
        lines.extend(model.ask(question)?.rows().map(|row| format!("{question} {:?}", &row[..])));
    }
    Ok(lines)
}

/// Some of what a model holds on a day; afterwards all facts count again.
fn on_a_day(model: &mut Model) -> Result<Vec<String>, Error> {
    let mut lines = Vec::new();
    model.tell("as of 2024-05-01")?;
    for question in ["?a joins ?b?", "?a is a gem?", "?a is a thing?", "?a plans ?b on ?d?", "?a reaches ?b?", "?a avoids ?b?"] {
        lines.extend(model.ask(question)?.rows().map(|row| format!("{question} {:?}", &row[..])));
    }
    model.tell("as of any day")?;
    Ok(lines)
}

/// Whether a fact counts on that day, read from its words.
fn is_of_the_day(fact: &str) -> bool {
    let after = |word: &str| fact.split_once(word).and_then(|(_, rest)| rest.get(..10));
    after(" since ").is_none_or(|since| since <= "2024-05-01") && after(" until ").is_none_or(|until| "2024-05-01" <= until)
}

/// The program in question, for the message of a failure.
fn shown<T>(result: Result<T, Error>, program: &(Vec<String>, Vec<String>)) -> T {
    result.unwrap_or_else(|error| panic!("{error}\nin\n{}\n{}", program.0.join("\n"), program.1.join("\n")))
}

/// Random programs for each property: as many as some seconds allow.
const CASES: u32 = 400;

fn answers(evaluator: Evaluator, program: &(Vec<String>, Vec<String>)) -> Vec<String> {
    let mut model = shown(model(evaluator, &[&program.0, &program.1]), program);
    shown(everything(&mut model), program)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(CASES))]

    #[test]
    fn the_evaluators_agree(program in program()) {
        prop_assert_eq!(answers(Evaluator::SemiNaive, &program), answers(Evaluator::Naive, &program));
    }

    /// On a day a model holds what one holds that is told only the facts of that day.
    #[test]
    fn other_days_make_no_difference(program in program()) {
        let mut model = shown(model(Evaluator::SemiNaive, &[&program.0, &program.1]), &program);
        let before = shown(everything(&mut model), &program);
        let that_day = program.1.iter().filter(|fact| is_of_the_day(fact)).cloned().collect::<Vec<_>>();
        let mut other = shown(self::model(Evaluator::Naive, &[&program.0, &that_day]), &program);
        prop_assert_eq!(shown(on_a_day(&mut model), &program), shown(on_a_day(&mut other), &program));
        prop_assert_eq!(shown(everything(&mut model), &program), before);
    }

    #[test]
    fn order_makes_no_difference((program, other) in program().prop_flat_map(|program| {
        let other = (Just(program.0.clone()).prop_shuffle(), Just(program.1.clone()).prop_shuffle());
        (Just(program), other)
    })) {
        prop_assert_eq!(answers(Evaluator::SemiNaive, &program), answers(Evaluator::SemiNaive, &other));
    }

    /// Formatting keeps what a program means.
    #[test]
    fn a_formatted_program_answers_the_same(program in program()) {
        let text = program.0.iter().chain(&program.1).fold(String::new(), |text, line| text + line + "\n");
        let formatted = srl::format(&srl::Source::new("program.srl", text)).expect("a program that can be read can be formatted");
        let mut model = shown(model(Evaluator::SemiNaive, &[&[formatted]]), &program);
        prop_assert_eq!(shown(everything(&mut model), &program), answers(Evaluator::SemiNaive, &program));
    }

    /// A model that is asked after every fact holds in the end what one holds that is told all at once.
    #[test]
    fn one_by_one_or_all_at_once(program in program()) {
        let mut growing = shown(model(Evaluator::SemiNaive, &[]), &program);
        for line in program.1.iter().chain(&program.0) {
            shown(growing.tell(line), &program);
            // Derives everything, so that the next fact has to undo it.
            shown(growing.ask("?a avoids ?b or ?a reaches ?b or (?a is lonely and ?b is good)?"), &program);
        }
        prop_assert_eq!(shown(everything(&mut growing), &program), answers(Evaluator::SemiNaive, &program));
    }

    #[test]
    fn forgetting_takes_back_what_was_stated(program in program(), more in facts()) {
        let mut model = shown(model(Evaluator::SemiNaive, &[&program.0, &program.1]), &program);
        let before = shown(everything(&mut model), &program);
        // To forget a sentence without its optional phrases would take back those that have them.
        let says_all = |fact: &String| !fact.contains(" join") || [" via ", " since ", " until "].iter().all(|word| fact.contains(word));
        let mut new = Vec::new();
        for fact in more.into_iter().filter(says_all) {
            let told = shown(model.tell(&fact), &program);
            if let [Outcome::Stated { new: 1, .. }] = told.outcomes.as_slice() {
                new.push(fact);
            }
        }
        shown(everything(&mut model), &program);
        for fact in &new {
            shown(model.tell(&format!("forget {fact}")), &program);
        }
        prop_assert_eq!(shown(everything(&mut model), &program), before);
    }

    /// A yes of either evaluator has a witness, and never rests on itself.
    #[test]
    fn a_derived_yes_has_a_witness(program in program()) {
        for evaluator in [Evaluator::SemiNaive, Evaluator::Naive] {
            let mut model = shown(model(evaluator, &[&program.0, &program.1]), &program);
            // Of what kind something is rests on a fact in other words.
            for relation in RELATIONS.iter().filter(|relation| relation.verb != "is a gem") {
                let sentence = relation.sentence(&["Ada", "Ben"]);
                let answers = shown(model.ask(&format!("{sentence}?")), &program);
                if let srl::AnswerKind::Verdict { holds: true, witness, by, .. } = answers.kind() {
                    prop_assert!(by.is_some() || witness == std::slice::from_ref(&sentence), "{:?}", answers);
                    prop_assert!(by.is_none() || !witness.contains(&sentence), "{:?}", answers);
                }
            }
        }
    }
}
