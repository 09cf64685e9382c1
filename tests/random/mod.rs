//! Random programs: rules that recurse, deny, count and keep, and facts for them. Shared by the tests of what holds of every program.

use std::fmt::Write as _;

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::{Index, select};
use proptest::test_runner::RngSeed;
use srl::{Error, Evaluator, Model};

/// So many cases of a property, the same ones each time, so that a change is judged by nothing but itself; or as many others as
/// `PROPTEST_CASES` says, to look for more.
pub(crate) fn cases(usual: u32) -> ProptestConfig {
    let default = ProptestConfig::default();
    let is_search = std::env::var_os("PROPTEST_CASES").is_some();
    if is_search { default } else { ProptestConfig { cases: usual, rng_seed: RngSeed::Fixed(1), ..default } }
}

pub(crate) const NAMES: &[&str] = &["Ada", "Ben", "Cyd", "Dan", "Eve"];
const VARIABLES: &[&str] = &["?x", "?y", "?z"];

/// A relation: its verb, the same the other way round, how many it relates, and its layer. Rules conclude into layers 1 and 2, and deny
/// only what lies below.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Relation {
    pub(crate) verb: &'static str,
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

pub(crate) const RELATIONS: &[Relation] = &[
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

pub(crate) const DECLARATIONS: &str = "kind gem is a thing\n\
    verb one:thing links two:thing\n  also two is linked by one\nverb one:thing meets two:thing\nverb one:thing is red\n\
    verb one:thing is old\nverb one:thing reaches two:thing\n  also two is reached by one\nverb one:thing follows two:thing\n\
    verb one:thing is good\nverb one:thing avoids two:thing\n  also two is avoided by one\n\
    verb one:thing is lonely\nverb one:thing weighs weight:number\nverb one:thing spans two:thing at length:number keeping least length\n\
    verb one:thing bears two:thing at load:number keeping greatest load\n\
    verb one:gem joins two:thing [via helper:gem] [since start:date] [until end:date]\n  also two is joined by one\n\
    verb one:thing plans two:thing [by helper:thing] on day:date\nverb one:thing scores share:number\n";

impl Relation {
    pub(crate) fn sentence(self, terms: &[&str]) -> String {
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

pub(crate) fn facts() -> impl Strategy<Value = Vec<String>> {
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

pub(crate) fn program() -> impl Strategy<Value = (Vec<String>, Vec<String>)> {
    let known = proptest::sample::subsequence(RECURSIONS, 0..=RECURSIONS.len());
    let rules = (known, vec(rule(), 0..5)).prop_map(|(known, random)| known.into_iter().map(str::to_owned).chain(random).collect());
    (rules, facts())
}

pub(crate) fn model(evaluator: Evaluator, parts: &[&[String]]) -> Result<Model, Error> {
    let mut text = DECLARATIONS.to_owned();
    parts.iter().copied().flatten().for_each(|line| {
        let _ = writeln!(text, "{line}");
    });
    let mut model = Model::without_vocabulary();
    model.set_evaluator(evaluator);
    model.tell(&text)?;
    Ok(model)
}
