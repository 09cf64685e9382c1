//! A question with a name derives what it asks for, not all that there is.
#![expect(clippy::panic, reason = "that is how a test fails")]

use srl::{AnswerKind, Limits, Method, Model, Nearness};

/// A chain of organizations, of which each sells on, and what follows for every two of them.
const RULES: &str = "verb one:organization feeds two:organization in steps:number keeping least steps\n\
    ?a feeds ?b in 1 if ?a provides something to ?b\n\
    ?a feeds ?c in ?n if ?a feeds ?b in ?m and ?b provides something to ?c and ?n = ?m + 1\n\
    ?a is last if ?a provides something to something and not ?a feeds something in 2\n\
    ?a is tired if ?a provides something to something and 3 > count ?b where (?a feeds ?b in something)\n";

fn chain(demand_from: usize) -> Model {
    let mut model = Model::new();
    let facts: Vec<String> = (0..300).map(|number| format!("P{number} provides storage to P{}\n", number + 1)).collect();
    model.tell(&(RULES.to_owned() + &facts.concat())).unwrap_or_else(|error| panic!("{error}"));
    // For all of them it would be 45,150.
    model.set_limits(Limits { max_facts: 2_000 });
    model.set_demand_from(demand_from);
    model
}

#[test]
fn what_a_name_reaches_is_found_where_all_would_be_too_much() {
    for (question, expected) in [
        ("P295 feeds ?b in ?n?", 5),
        ("?a feeds P3 in ?n and ?n > 1?", 2),
        ("P298 feeds ?b in ?n and ?b is last?", 1),
        ("P297 provides something to ?b and ?b is tired?", 1),
    ] {
        let answers = chain(0).ask(question).unwrap_or_else(|error| panic!("{question}: {error}"));
        assert_eq!(answers.rows().count(), expected, "{question}");
        let error = chain(usize::MAX).ask(question).unwrap_err();
        assert_eq!(error.problems()[0].code(), "E0401", "{question}");
    }
    let counted = chain(0).ask("find count ?b where P290 feeds ?b in something").unwrap_or_else(|error| panic!("{error}"));
    assert_eq!(counted.rows().next().map(|row| row[0].to_string()).as_deref(), Some("10"));
}

/// What a yes rests on is what it would rest on if all were derived.
#[test]
fn a_yes_has_its_reasons_where_all_would_be_too_much() {
    let mut whole = chain(usize::MAX);
    whole.set_limits(Limits::default());
    // The model is taken for a large one from its first fact on, and all of it is more than is allowed.
    let mut part = chain(1);
    for question in [
        "does P290 feed P295 in 5?",
        "does P290 feed P295?",
        "is P299 last?",
        "is P297 tired?",
        "why is P299 last?",
        "why P290 feeds P295 in 5?",
        "all reasons for P290 feeds P292?",
    ] {
        let expected = whole.ask(question).unwrap_or_else(|error| panic!("{question}: {error}"));
        let answers = part.ask(question).unwrap_or_else(|error| panic!("{question}: {error}"));
        assert_eq!(answers.kind(), expected.kind(), "{question}");
    }
    for question in ["does P295 feed P290?", "is P3 last?", "is P3 tired?", "does P290 feed P295 in 4?"] {
        let answers = part.ask(question).unwrap_or_else(|error| panic!("{question}: {error}"));
        assert!(!answers.holds(), "{question}");
    }
    // Everything is still derived for who asks for all.
    part.set_limits(Limits::default());
    let counted = part.ask("find count (?a, ?b) where ?a feeds ?b in something").unwrap_or_else(|error| panic!("{error}"));
    assert_eq!(counted.rows().next().map(|row| row[0].to_string()).as_deref(), Some("45150"));
}

/// Where it goes on and on, what is asked for does, too: the error is the same.
#[test]
fn what_a_name_asks_for_may_be_too_much() {
    let mut model = chain(0);
    model.set_limits(Limits { max_facts: 200 });
    let error = model.ask("P0 feeds ?b in ?n?").unwrap_err();
    assert_eq!(error.problems()[0].code(), "E0401");
    assert!(error.to_string().contains("feeds"), "{error}");
}

#[test]
fn a_plan_says_what_is_derived_in_part() {
    let plan = chain(0).plan_of("P295 feeds ?b in ?n?").unwrap_or_else(|error| panic!("{error}"));
    let stage = plan.stages.iter().find(|stage| stage.concludes.iter().any(|verb| verb.contains(" feeds ")));
    assert_eq!(stage.map(|stage| stage.method), Some(Method::Rounds));
    let demand = stage.and_then(|stage| stage.demand.clone());
    assert_eq!(demand.as_deref(), Some(&["a given one feeds ?two in ?steps".to_owned()][..]));
    let plan = chain(usize::MAX).plan_of("P295 feeds ?b in ?n?").unwrap_or_else(|error| panic!("{error}"));
    assert!(plan.stages.iter().all(|stage| stage.demand.is_none()));
}

/// Numbers below bounds.
fn numbers_from(mut random: u64) -> impl FnMut(usize) -> usize {
    move |bound| {
        // Knuth's MMIX generator: the same models in every run.
        random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(random >> 33).unwrap_or_default() % bound
    }
}

/// A sentence about two names is looked for from both of them: whether it holds, and why, is what it would be if all were derived. Ways lead in
/// circles, along two rules, and along what is stated.
#[test]
fn a_way_between_two_names_is_what_it_would_be_among_all() {
    let rules = [
        "?a reaches ?c if ?a reaches ?b and ?b reaches ?c",
        "?a reaches ?c if ?a reaches ?b and ?b links ?c",
        "?a reaches ?c if ?a links ?b and ?b reaches ?c",
    ];
    let mut below = numbers_from(11);
    let names = 14;
    let (mut ways, mut back) = (0, 0);
    for (case, going_on) in rules.iter().cycle().take(24).enumerate() {
        let mut program =
            vec!["verb one:thing links two:thing\nverb one:thing joins two:thing\nverb one:thing reaches two:thing".to_owned()];
        program.push(format!("?a reaches ?b if ?a links ?b\n{going_on}"));
        let verbs = if case % 3 == 0 {
            program.push("?b reaches ?a if ?a joins ?b and ?a != ?b".to_owned());
            &["links", "joins", "reaches"][..]
        } else {
            &["links"]
        };
        for _ in 0..12 + case / 2 {
            let verb = verbs[below(verbs.len())];
            program.push(format!("N{} {verb} N{}", below(names), below(names)));
        }
        let program = program.join("\n");
        let mut models = [0, usize::MAX].map(|demand_from| {
            let mut model = Model::without_vocabulary();
            model.tell(&program).unwrap_or_else(|error| panic!("{error}"));
            model.set_demand_from(demand_from);
            model
        });
        let mut ask = |question: &str| {
            let [part, whole] = models.each_mut().map(|model| model.ask(question).unwrap_or_else(|error| panic!("{question}: {error}")));
            assert_eq!(part.holds(), whole.holds(), "{question}\n{program}");
            if whole.holds() {
                assert_eq!(part.kind(), whole.kind(), "{question}\n{program}");
            }
            part
        };
        for (one, other) in (0..names).flat_map(|one| (0..names).map(move |other| (one, other))) {
            let answers = ask(&format!("does N{one} reach N{other}?"));
            if answers.holds() {
                ask(&format!("why N{one} reaches N{other}?"));
                ways += 1;
            } else if ask(&format!("does N{other} reach N{one}?")).holds() {
                let AnswerKind::Verdict { nearness, .. } = answers.kind() else { panic!("{:?}", answers.kind()) };
                assert_eq!(*nearness, Some(Nearness::Reversed), "does N{one} reach N{other}?\n{program}");
                back += 1;
            }
        }
    }
    assert!(ways > 500 && back > 100, "{ways} ways, {back} back");
}

/// Names that rely on each other have the same answers, which are searched for once; not when a loop has opened or closed, or another rule holds.
#[test]
fn what_one_search_has_found_serves_until_something_changes() {
    let mut model = Model::without_vocabulary();
    let rules = "verb one:thing links two:thing\nverb one:thing reaches two:thing\n?a reaches ?b if ?a links ?b\n\
        ?a reaches ?c if ?a reaches ?b and ?b reaches ?c\n";
    let loops: Vec<String> = (0..20).map(|number| format!("N{number} links N{}\n", (number + 1) % 20)).collect();
    model.tell(&(rules.to_owned() + &loops.concat() + "A links N3\nN7 links Z\n")).unwrap_or_else(|error| panic!("{error}"));
    let count = |model: &mut Model, question: &str| {
        let answers = model.ask(question).unwrap_or_else(|error| panic!("{question}: {error}"));
        answers.rows().next().map(|row| row[0].to_string())
    };
    let mut expect = |change: &str, expected: &[(&str, u32)]| {
        if !change.is_empty() {
            model.tell(change).unwrap_or_else(|error| panic!("{change}: {error}"));
        }
        for (condition, expected) in expected {
            let question = format!("find count ?x where {condition}");
            assert_eq!(count(&mut model, &question), Some(expected.to_string()), "{question} after {change}");
        }
    };
    expect(
        "",
        &[
            ("?x reaches N0", 21),
            ("?x reaches N5", 21),
            ("?x reaches Z", 21),
            ("?x reaches A", 0),
            ("N0 reaches ?x", 21),
            ("N9 reaches ?x", 21),
            ("A reaches ?x", 21),
            ("Z reaches ?x", 0),
        ],
    );
    expect("B links N0", &[("?x reaches N0", 22), ("?x reaches N4", 22), ("N4 reaches ?x", 21)]);
    expect("forget N19 links N0", &[("?x reaches N4", 6), ("?x reaches N0", 1), ("?x reaches N5", 7)]);
    expect("N19 links N0", &[("?x reaches N5", 22), ("?x reaches N4", 22)]);
    expect("?a reaches ?b if ?b links ?a and ?a is odd\nverb thing is odd\nZ is odd", &[("?x reaches N5", 23), ("?x reaches Z", 23)]);
}

/// Whatever was asked before, one end of a closure is what it is among all pairs: searches meet what earlier ones have found, inside loops and before
/// and behind them.
#[test]
fn a_search_that_meets_an_earlier_one_finds_what_all_would() {
    let mut below = numbers_from(5);
    for case in 0..30 {
        let names = 6 + case;
        let rules = "verb one:thing links two:thing\nverb one:thing reaches two:thing\n?a reaches ?b if ?a links ?b\n\
            ?a reaches ?c if ?a reaches ?b and ?b reaches ?c\n";
        let facts = (0..names + names * (case % 4) / 4).map(|_| format!("N{} links N{}\n", below(names), below(names)));
        let program = rules.to_owned() + &facts.collect::<String>();
        let [mut part, mut whole] = [(); 2].map(|()| {
            let mut model = Model::without_vocabulary();
            model.tell(&program).unwrap_or_else(|error| panic!("{error}"));
            model
        });
        whole.ask("?a reaches ?b?").unwrap_or_else(|error| panic!("{error}"));
        for _ in 0..4 * names {
            let name = below(names);
            let question = if below(2) == 0 { format!("N{name} reaches ?x?") } else { format!("?x reaches N{name}?") };
            let [found, expected] = [&mut part, &mut whole].map(|model| {
                let answers = model.ask(&question).unwrap_or_else(|error| panic!("{question}: {error}"));
                answers.rows().map(|row| row[0].to_string()).collect::<Vec<_>>()
            });
            assert_eq!(found, expected, "{question}\n{program}");
        }
    }
}
