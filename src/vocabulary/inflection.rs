//! English endings: `provide` and `provides`, `organization` and `organizations`.
//!
//! Gives candidates only; the caller takes the one that is declared. Nothing is ever guessed to be a word.

/// The third person of a verb given in its base form, as in `relies` for `rely`.
pub(crate) fn third_person(base: &str) -> String {
    let vowel_before_last = base.chars().rev().nth(1).is_some_and(|letter| "aeiou".contains(letter));
    match base.strip_suffix('y') {
        Some(stem) if !vowel_before_last => format!("{stem}ies"),
        _ if ["s", "x", "z", "ch", "sh", "o"].iter().any(|ending| base.ends_with(ending)) => format!("{base}es"),
        _ => format!("{base}s"),
    }
}

/// The base form of a verb given in its third person, as in `rely` for `relies`.
pub(crate) fn base(third: &str) -> String {
    let hisses = |stem: &str| ["ss", "x", "zz", "ch", "sh", "o"].iter().any(|ending| stem.ends_with(ending));
    if let Some(stem) = third.strip_suffix("ies").filter(|stem| stem.len() > 1) {
        return format!("{stem}y");
    }
    match third.strip_suffix("es").filter(|stem| hisses(stem)).or_else(|| third.strip_suffix('s')) {
        Some(stem) if !stem.is_empty() => stem.to_owned(),
        _ => third.to_owned(),
    }
}

/// The plural of a noun: `people` for `person`.
pub(crate) fn plural(noun: &str) -> String {
    match noun.strip_suffix("person") {
        Some(stem) => format!("{stem}people"),
        None => third_person(noun),
    }
}

/// What a word may be with its ending `s` taken off: `relies` → `rely`, `relie`; `reaches` → `reach`, `reache`.
fn without_s(word: &str) -> Vec<String> {
    let endings = [("ies", "y"), ("es", ""), ("s", "")];
    let stem =
        |(ending, instead): (&str, &str)| word.strip_suffix(ending).filter(|stem| !stem.is_empty()).map(|stem| format!("{stem}{instead}"));
    endings.into_iter().filter_map(stem).collect()
}

/// The other inflections of a verb.
pub(crate) fn verb_forms(word: &str) -> Vec<String> {
    let mut forms = vec![third_person(word)];
    forms.extend(without_s(word));
    forms
}

/// What the base form of a verb may be of which this is the gerund: `relying` → `rely`, `relye`; `providing` → `provid`, `provide`;
/// `running` → `runn`, `runne`, `run`.
pub(crate) fn bases_of_gerund(word: &str) -> Vec<String> {
    let Some(stem) = word.strip_suffix("ing").filter(|stem| !stem.is_empty()) else { return Vec::new() };
    let mut bases = vec![stem.to_owned(), format!("{stem}e")];
    let mut last = stem.chars().rev();
    if let (Some(one), Some(other)) = (last.next(), last.next())
        && one == other
    {
        bases.push(stem[..stem.len() - one.len_utf8()].to_owned());
    }
    bases
}

/// Whether one of two words may be an inflection of the other, as verbs.
pub(crate) fn are_forms_of_one(one: &str, other: &str) -> bool {
    one == other || verb_forms(one).iter().any(|form| form == other)
}

/// Endings of plurals without `s`, or with more than that, and what they are in the singular.
const IRREGULAR: &[(&str, &str)] = &[
    ("people", "person"),
    ("children", "child"),
    ("men", "man"),
    ("feet", "foot"),
    ("mice", "mouse"),
    ("ves", "f"),
    ("ves", "fe"),
    ("ses", "sis"),
    ("ices", "ex"),
    ("ices", "ix"),
    ("a", "um"),
    ("a", "on"),
    ("i", "us"),
];

/// What a noun or property may be in the singular: `people` → `person`, `agencies` → `agency`, `criteria` → `criterion`.
pub(crate) fn singulars(word: &str) -> Vec<String> {
    let irregular = |(ending, instead): &(&str, &str)| word.strip_suffix(ending).map(|stem| format!("{stem}{instead}"));
    without_s(word).into_iter().chain(IRREGULAR.iter().filter_map(irregular)).collect()
}

/// The likeliest of [`singulars`], for messages.
pub(crate) fn singular(word: &str) -> String {
    let has_irregular_noun = IRREGULAR[..5].iter().find_map(|(ending, instead)| Some(format!("{}{instead}", word.strip_suffix(ending)?)));
    let hisses = ["sses", "xes", "zes", "ches", "shes"].iter().any(|ending| word.ends_with(ending));
    has_irregular_noun
        .or_else(|| Some(format!("{}y", word.strip_suffix("ies")?)))
        .or_else(|| word.strip_suffix(if hisses { "es" } else { "s" }).filter(|stem| !stem.ends_with('s') || hisses).map(str::to_owned))
        .unwrap_or_else(|| word.to_owned())
}

/// `an` or `a`.
pub(crate) fn article(noun: &str) -> &'static str {
    if noun.starts_with(|first: char| "aeiouAEIOU".contains(first)) { "an" } else { "a" }
}

/// `an organization`, `a service`.
pub(crate) fn with_article(noun: &str) -> String {
    format!("{} {noun}", article(noun))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forms_meet() {
        for (base_form, third) in
            [("provide", "provides"), ("rely", "relies"), ("reach", "reaches"), ("pay", "pays"), ("go", "goes"), ("pass", "passes")]
        {
            assert_eq!(third_person(base_form), third);
            assert_eq!(base(third), base_form);
            assert!(verb_forms(third).iter().any(|form| form == base_form), "{third}");
        }
        assert_eq!((base("uses").as_str(), base("causes").as_str(), base("does").as_str()), ("use", "cause", "do"));
        for noun in ["person", "agency", "organization", "box"] {
            assert!(singulars(&plural(noun)).contains(&noun.to_owned()));
        }
        for (plural, singular) in [
            ("people", "person"),
            ("children", "child"),
            ("women", "woman"),
            ("shelves", "shelf"),
            ("criteria", "criterion"),
            ("analyses", "analysis"),
        ] {
            assert!(singulars(plural).iter().any(|form| form == singular), "{plural}");
        }
    }
}
